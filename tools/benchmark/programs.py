"""The programs of a run, in fresh processes: PuruTorch, PyTorch as installed, PyTorch with a tuned heap."""

import json
import os
import platform
import subprocess
import sys

# glibc's allocator gives large blocks back to the system and takes fresh pages again, at about 2 µs a page. PyTorch
# pays for that on every large result, unless the allocator is told to keep what it has.
TUNED = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "17179869184", "MALLOC_TOP_PAD_": "67108864"}
_OWN = {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "PURUTORCH_NUM_THREADS", *TUNED}


class Programs:
    def __init__(self, command, versions):
        self.command = command
        self.names = ("purutorch", "pytorch", "tuned") if versions else ("purutorch",)

    def list(self, *flags):
        return _output([self.command, "--list", *flags], {}).splitlines()

    def times(self, program, names, threads, budget, *flags):
        """What each workload took, by name."""
        options = ["--threads", str(threads), "--budget", str(budget), *flags]
        records = self._records(program, [], [*options, "--", *names], threads)
        return {record["name"]: record for record in records}

    def memory(self, program, name, threads):
        """The bytes that a training step takes at most above what its process had before."""
        verb, flag = (["memory"], []) if program == "purutorch" else ([], ["--memory"])
        record, = self._records(program, verb, [*flag, "--threads", str(threads), "--", name], threads)
        return record["peak_bytes"] - record["baseline_bytes"]

    def limits(self, threads):
        """What the cores can do, and which kernels PuruTorch uses."""
        record, = self._records("purutorch", ["machine"], ["--threads", str(threads)], threads)
        return record

    def _records(self, program, verb, arguments, threads):
        ours = program == "purutorch"
        command = [self.command] if ours else [sys.executable, "-m", "tools.benchmark.pytorch"]
        extra = {} if ours else {"OMP_NUM_THREADS": str(threads), **(TUNED if program == "tuned" else {})}
        return [json.loads(line) for line in _output([*command, *verb, *arguments], extra).splitlines()]


def _output(command, environment):
    """What a command prints; its environment is this one's, without what changes speed."""
    inherited = {key: value for key, value in os.environ.items() if key not in _OWN}
    try:
        process = subprocess.run(command, env=inherited | environment, stdout=subprocess.PIPE, text=True, timeout=1800)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"{' '.join(command[:4])} … can't be run: {error}")
    if process.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} … ended with {process.returncode}")
    return process.stdout


def pytorch_versions():
    """PyTorch and what it uses, or nothing where it can't be imported."""
    code = ("import json, torch; print(json.dumps({'pytorch': torch.__version__,"
            " 'pytorch_instruction_set': torch.backends.cpu.get_cpu_capability()}))")
    process = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(process.stdout) if process.returncode == 0 else {}


def machine():
    return {"cpu": _processor(), "cores": os.cpu_count(), "governor": _governor(), "system": platform.platform(),
            "load": os.getloadavg()[0]}


def commit():
    """The commit of the working tree, marked where the tree differs from it; None outside a repository."""
    git = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    process = subprocess.run(git, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process.stdout.strip() or None


def _processor():
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _governor():
    try:
        with open("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") as file:
            return file.read().strip()
    except OSError:
        return None
