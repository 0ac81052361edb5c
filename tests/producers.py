"""Invented files in the formats of their producers, for tests of what users install."""

from pathlib import Path

HEAD = (
    "CODGEO;P18_POP;P13_POP;P18_LOG;P18_RP;P18_RSECOCC;P18_LOGVAC;P18_RP_PROP;MED19;TP6019;"
    "P18_EMPLT;P18_EMPLT_SAL;P13_EMPLT;P18_POP1564;P18_CHOM1564;P18_ACT1564;ETTOT18;ETAZ18;"
    "ETBE18;ETFZ18;ETGU18;ETGZ18;ETOQ18;ETTEF118;ETTEFP1018"
)
#: Three communes of the Pays, one of them in the Somme, in the codes of 2021.
ROWS = (
    "62767;4700.5;4900;2600;2300;50;250;1200;18950;21.5;3900;3500;4000;2800;420;1900;620;10;40;60;410;200;100;150;40",
    "62396;14;15;8;6;1;1;5;s;s;2;0;3;9;0;7;0;0;0;0;0;0;0;0;0",
    "80810;110;120;60;50;4;6;40;;nd;12;4;15;70;6;52;5;2;1;1;1;0;0;1;0",
)


def comparateur(folder: Path, rows=ROWS, head=HEAD, name="base_cc_comparateur.csv") -> Path:
    """A base comparateur of a few communes, with CRLF as Insee writes it."""
    path = folder / name
    path.write_bytes("\r\n".join([head, *rows, ""]).encode("ascii"))
    return path
