"""The path without a kernel: a papermill engine that runs the cells in this very process."""

import io
import re
import sys
from typing import Any

import matplotlib
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib_inline import backend_inline
from nbformat import NotebookNode, v4
from papermill.engines import Engine
from traitlets.config import Config

from ternois_analysis.batch.kernel import COLORS, INLINE

_OVERWRITTEN = re.compile(r".*\r(?=[^\n])")


class _Recorder:
    """The outputs of the cell that runs, in the order and form in which a notebook keeps them."""

    def __init__(self) -> None:
        self.outputs: list[NotebookNode] = []
        self.clearing = False
        self._displayed: dict[str, list[NotebookNode]] = {}

    def start(self, outputs: list[NotebookNode]) -> None:
        self.outputs, self.clearing = outputs, False

    def add(self, kind: str, display_id: str | None = None, **content: Any) -> None:
        if self.clearing:
            self.outputs.clear()
            self.clearing = False
        output = v4.new_output(kind, **content)
        if display_id:
            self.update(display_id, content)
            self._displayed.setdefault(display_id, []).append(output)
        self.outputs.append(output)

    def update(self, display_id: str, content: dict[str, Any]) -> None:
        for output in self._displayed.get(display_id, ()):
            output.update(v4.new_output("display_data", **content), output_type=output.output_type)

    def write(self, name: str, text: str) -> None:
        """Add to the one stream of that name that the cell has, as nbclient gathers them."""
        if self.clearing:
            self.outputs.clear()
            self.clearing = False
        for output in self.outputs:
            if output.output_type == "stream" and output.name == name:
                output.text += text
                return
        self.add("stream", name=name, text=text)

    def finish(self) -> None:
        """What was overwritten on a line goes; of two streams side by side, stdout is first."""
        for place, output in enumerate(self.outputs):
            if output.output_type != "stream":
                continue
            output.text = _OVERWRITTEN.sub("", output.text)
            after = self.outputs[place + 1 : place + 2]
            if output.name == "stderr" and after and after[0].get("name") == "stdout":
                self.outputs[place : place + 2] = [after[0], output]


class _Stream(io.TextIOBase):
    """A standard stream that writes in the notebook."""

    encoding = "utf-8"

    def __init__(self, recorder: _Recorder, name: str) -> None:
        self._recorder, self._name = recorder, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._recorder.write(self._name, text)
        return len(text)


# IPython and papermill are extended by subclassing; nothing else of ours inherits.
class _Result(DisplayHook):  # type: ignore[misc]
    """Records the value of a cell's last expression."""

    recorder: _Recorder

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        self.recorder.add(
            "execute_result",
            data=format_dict,
            metadata=md_dict or {},
            execution_count=self.prompt_count,
        )

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Display(DisplayPublisher):  # type: ignore[misc]
    """Records what a cell displays."""

    recorder: _Recorder

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        name = (transient or {}).get("display_id")
        content = {"data": data, "metadata": metadata or {}}
        if update:
            self.recorder.update(name or "", content)
        else:
            self.recorder.add("display_data", name, **content)

    def clear_output(self, wait: bool = False) -> None:
        self.recorder.clearing = wait
        if not wait:
            self.recorder.outputs.clear()


class _Shell(InteractiveShell):  # type: ignore[misc]
    """A shell whose errors go to the notebook."""

    displayhook_class = _Result
    display_pub_class = _Display
    recorder: _Recorder

    def _showtraceback(self, etype: type[BaseException], evalue: object, stb: list[str]) -> None:
        self.recorder.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


def _shell(recorder: _Recorder) -> _Shell:
    """A new shell, the only one of this process, without history on disk."""
    if InteractiveShell.initialized():
        type(InteractiveShell.instance()).clear_instance()
    shell: _Shell = _Shell.instance(
        config=Config(
            HistoryManager={"enabled": False, "hist_file": ":memory:"},
            InteractiveShell={"colors": COLORS},
        )
    )
    shell.recorder = shell.displayhook.recorder = shell.display_pub.recorder = recorder
    return shell


def _figures_inline(shell: _Shell) -> None:
    """Have matplotlib show its figures in the notebook, as a kernel does.

    The backend hooks itself to the shell that exists when it is imported. Here it was imported
    before the fork and knows nothing of this shell: left alone, figures would vanish.
    """
    matplotlib.use(INLINE)
    matplotlib.interactive(True)
    backend_inline.configure_inline_support(shell, INLINE)  # type: ignore[no-untyped-call]


class FastEngine(Engine):  # type: ignore[misc]
    """Runs the cells in the process that calls it, which must be one made for this page alone."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        """Run all cells, stopping at the first error; papermill reads the outcome from `nb_man`."""
        recorder = _Recorder()
        shell = _shell(recorder)
        _figures_inline(shell)
        sys.stdout, sys.stderr = _Stream(recorder, "stdout"), _Stream(recorder, "stderr")
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            whole = cell.cell_type != "code" or not cell.source.strip() or _run(shell, cell)
            if not whole:
                nb_man.cell_exception(cell, cell_index=index)
            nb_man.cell_complete(cell, cell_index=index)
            if not whole:
                break


def _run(shell: _Shell, cell: NotebookNode) -> bool:
    shell.recorder.start(cell.outputs)
    cell.execution_count = shell.execution_count
    result = shell.run_cell(cell.source, store_history=True)
    shell.recorder.finish()
    return bool(result.success)
