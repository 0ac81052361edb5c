"""Office files are archives: the same parts written again give the same bytes."""

import io
import zipfile

#: The oldest date that an archive can bear; what office programs write themselves.
_OLDEST = (1980, 1, 1, 0, 0, 0)


def undated(content: bytes) -> bytes:
    """An archive whose members bear no time of writing, in the same order."""
    again = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as write,
    ):
        for name in read.namelist():
            member = zipfile.ZipInfo(name, _OLDEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            write.writestr(member, read.read(name), compresslevel=6)
    return again.getvalue()
