"""Executes notebooks headless and reports each as one JSON line per event on stdout.

The request is one JSON line on stdin:
{"notebooks": [path, ...], "out": folder, "folder": working directory of the kernels, "cellSeconds": limit,
 "idleSeconds": how long after its reply a cell's end (the idle status) may be announced, "failures": file}
When stdin ends, the caller is gone and the run stops, as it does on SIGINT and SIGTERM: the kernel is interrupted, given
time to write its checkpoint, and ended. Exit status: 0 all went well, 1 a notebook failed, 130 stopped.

A notebook fails on: a cell that throws; a rejection or exception nobody handled, however late (the kernel writes these to
the file named in CANTUS_KERNEL_FAILURES); a kernel that dies; a cell whose end is never announced; a cell over its limit.
"""

import asyncio
import atexit
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# Seconds. A stopped kernel may still write a checkpoint; one that ends by itself keeps its timers, which may yet reject.
GRACE_TO_STOP = 60
GRACE_TO_END = 4
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def say(**event):
    print(json.dumps(event), flush=True)


class Stopped(Exception):
    """The caller asked for an end."""


class UnhandledInKernel(Exception):
    """The kernel wrote down a failure that no cell reported."""


def free_ports(count):
    """Ports for a kernel, below those that systems hand out to anyone who asks for any.

    jupyter_client asks for any and lets them go again until the kernel binds them; another kernel that starts meanwhile may be
    given the same ones, and then each hears the other's messages.
    """
    first = 10_000 + os.getpid() * 5 % 20_000
    for start in range(first, first + 2_000 * count, count):
        ports = range(start, start + count)
        if all(is_free(port) for port in ports):
            return ports
    raise RuntimeError(f"no {count} free ports from {first} on")


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Client(NotebookClient):
    """A client whose kernel listens on ports that no other kernel is given."""

    def create_kernel_manager(self):
        km = super().create_kernel_manager()
        km.cache_ports = False
        km.shell_port, km.iopub_port, km.stdin_port, km.hb_port, km.control_port = free_ports(5)
        return km


class Run:
    """One notebook's execution: where it is, and whether it was told to stop."""

    def __init__(self, path, request):
        self.path = Path(path)
        self.request = request
        self.failures = Path(request["failures"])
        self.cell_index = None
        self.stopped = False
        self.tasks = set()
        self.notebook = nbformat.read(self.path, as_version=4)
        self.total = sum(1 for cell in self.notebook.cells if is_code(cell))
        self.client = Client(
            self.notebook,
            kernel_name="tslab",
            timeout=request["cellSeconds"],
            startup_timeout=120,
            iopub_timeout=request["idleSeconds"],
            raise_on_iopub_timeout=True,
            force_raise_errors=True,
            resources={"metadata": {"path": request["folder"]}},
            on_notebook_start=self.on_start,
            on_cell_execute=self.on_execute,
            on_cell_executed=self.on_executed,
        )

    def on_start(self, notebook):
        # nbclient's own signal handlers kill the kernel at once; ours let it put its work away first.
        self.client.km.shutdown_wait_time = GRACE_TO_END
        listen(self.stop)
        say(event="ready", notebook=self.path.stem)

    def on_execute(self, cell, cell_index):
        self.cell_index = cell_index
        if self.stopped:
            raise Stopped

    def on_executed(self, cell, cell_index, execute_reply):
        say(event="cell", notebook=self.path.stem, done=self.position(cell_index), total=self.total)
        self.check_failures()

    def position(self, cell_index):
        return sum(1 for cell in self.notebook.cells[: cell_index + 1] if is_code(cell))

    def check_failures(self):
        if self.failures.exists() and self.failures.stat().st_size > 0:
            raise UnhandledInKernel

    def stop(self):
        if self.stopped:
            return
        self.stopped = True
        task = asyncio.ensure_future(self.interrupt())
        self.tasks.add(task)

    async def interrupt(self):
        client = self.client
        if client.km is None:
            return
        client.km.shutdown_wait_time = GRACE_TO_STOP
        await client.km.interrupt_kernel()
        await asyncio.sleep(10)
        if client.km is not None:  # the cell does not let go
            await client.km.shutdown_kernel(now=True)

    async def execute(self):
        """None, or what went wrong."""
        self.failures.unlink(missing_ok=True)
        os.environ["CANTUS_KERNEL_FAILURES"] = str(self.failures)
        try:
            await self.client.async_execute()
            self.cell_index = None
            self.check_failures()
        except Stopped:
            return None
        except UnhandledInKernel:
            return self.unhandled()
        except CellExecutionError:
            return self.failure("failed", self.last_error())
        except CellTimeoutError as error:
            return self.failure(*timed_out(error, self.request))
        except DeadKernelError:
            return self.failure("lost its kernel", "the kernel's process ended while the cell ran")
        except RuntimeError as error:
            return self.failure("lost its kernel", str(error))
        finally:
            for task in self.tasks:
                task.cancel()
            atexit.unregister(self.client._cleanup_kernel)  # nbclient's, which trips over a kernel already cleaned up
        return None

    def failure(self, what, message):
        cell = None if self.cell_index is None else self.notebook.cells[self.cell_index]
        return {
            "what": what,
            "message": message,
            "cell": None if cell is None else self.position(self.cell_index),
            "id": None if cell is None else cell.get("id"),
            "firstLine": None if cell is None else first_line(cell.source),
        }

    def last_error(self):
        outputs = self.notebook.cells[self.cell_index].get("outputs", [])
        text = "".join(out["text"] for out in outputs if out.get("name") == "stderr")
        return ANSI.sub("", text).strip() or "the cell ended with an error and no message"

    def unhandled(self):
        first = json.loads(self.failures.read_text().splitlines()[0])
        code = [index for index, cell in enumerate(self.notebook.cells) if is_code(cell)]
        cell = first["cell"]
        self.cell_index = None if cell is None else code[cell["count"] - 1]
        return self.failure(f"left an {first['kind']}", first["text"])

    def write(self):
        tidy(self.notebook)
        target = Path(self.request["out"]) / self.path.name
        relink(self.notebook, Path(os.path.relpath(Path(self.request["folder"]).parent, target.parent)))
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        nbformat.write(self.notebook, partial)
        partial.replace(target)
        return str(target)


def is_code(cell):
    return cell.cell_type == "code" and cell.source.strip() != ""


def first_line(source):
    lines = [line.strip() for line in source.split("\n")]
    return next((line for line in lines if line and not line.startswith("//")), "")


def timed_out(error, request):
    if "IOPub" in str(error):
        return "lost its kernel", f"the end of the cell was not announced within {request['idleSeconds']} s (lost idle status)"
    return "ran too long", f"the cell did not end within {request['cellSeconds']} s"


def tidy(notebook):
    """Clock times go, which a second run would change for nothing; cells are counted in their order."""
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if output.get("output_type") == "execute_result":
                    output["execution_count"] = count


def relink(notebook, project):
    """Links to sources lead from the notebooks' folder; the copy may lie elsewhere."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = data["text/html"].replace('href="../src/', f'href="{project.as_posix()}/src/')


def listen(stop):
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))


def stop_when_caller_is_gone(stop):
    loop = asyncio.get_running_loop()

    def wait():
        sys.stdin.read()
        try:
            loop.call_soon_threadsafe(stop)
        except RuntimeError:  # this run is over, so there is nothing to stop
            pass

    threading.Thread(target=wait, daemon=True).start()


async def execute_all(request):
    current = {"run": None, "stopped": False}

    def stop():
        current["stopped"] = True
        if current["run"] is not None:
            current["run"].stop()

    stop_when_caller_is_gone(stop)
    for path in request["notebooks"]:
        listen(stop)
        run = current["run"] = Run(path, request)
        say(event="start", notebook=run.path.stem, total=run.total)
        started = time.monotonic()
        failure = await run.execute()
        written = run.write()
        seconds = round(time.monotonic() - started, 1)
        if run.stopped or current["stopped"]:
            say(event="stopped", notebook=run.path.stem, seconds=seconds)
            return 130
        say(event="end", notebook=run.path.stem, seconds=seconds, path=written, failure=failure)
        if failure is not None:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(execute_all(json.loads(sys.stdin.readline()))))
