"""The benchmark's arithmetic, what it expects of each workload, and that both sides have the same workloads."""

import argparse
import json
import os
import re
import subprocess
import unittest

from tools.benchmark import families, figures, guard, plot, programs, report, results
from tools.benchmark.__main__ import STEPS, measure

COMMAND = ".build/release/benchmark"
try:
    from tools.benchmark import workloads
except ImportError:
    workloads = None


def rounds(ours, pytorch, tuned):
    return {"purutorch": ours, "pytorch": pytorch, "tuned": tuned}


def row(name, ours, pytorch, tuned, threads=1):
    least = {"purutorch": ours / 2, "pytorch": pytorch, "tuned": tuned}
    return results.workload(name, threads, rounds([ours], [pytorch], [tuned]), least, {"gflops": 100})


class Figures(unittest.TestCase):
    def test_microseconds(self):
        times = [number * 1e-6 for number in (5, 1, 4, 2, 3, 10, 9, 8, 7, 6, 11)]
        for key, value in figures.microseconds(times).items():
            self.assertAlmostEqual(value, {"us": 6, "min_us": 1, "p90_us": 10}[key])

    def test_ratios_are_paired(self):
        """A machine that is twice as slow in the second round changes no ratio."""
        self.assertEqual(figures.ratios([1, 2, 1], [3, 6, 3]), {"median": 3, "low": 3, "high": 3})
        self.assertEqual(figures.ratios([1, 1, 1], [4, 2, 3]), {"median": 3, "low": 2, "high": 4})
        with self.assertRaises(ValueError):
            figures.ratios([1, 2], [1])

    def test_geometric_mean(self):
        self.assertAlmostEqual(figures.geometric_mean([1, 10, 100]), 10)
        self.assertAlmostEqual(figures.geometric_mean([0.5, 2]), 1)

    def test_exponent(self):
        sizes = [64, 128, 256, 512, 1024]
        self.assertAlmostEqual(figures.exponent(sizes, [7e-9 * size**2.5 for size in sizes]), 2.5)
        self.assertAlmostEqual(figures.exponent([1, 2, 4], [1, 4, 4]), 1)


class Results(unittest.TestCase):
    def test_workload(self):
        found = results.workload("matmul.64.fwd", 1, rounds([10, 8, 12], [20, 24, 12], [5, 16, 6]), {}, {"gflops": 100})
        self.assertEqual((found["purutorch_us"], found["pytorch_us"], found["tuned_us"]), (10, 20, 6))
        self.assertEqual(found["pytorch_ratio"], {"median": 2, "low": 1, "high": 3})
        self.assertAlmostEqual(found["gflops"], 2 * 64**3 / 10e-6 / 1e9)
        self.assertAlmostEqual(found["share_of_peak"], found["gflops"] / 100)
        self.assertEqual(found["misses"], ["tuned"])

    def test_misses(self):
        self.assertEqual(row("ew.add.4M", 10, 10, 9)["misses"], [])
        self.assertEqual(row("ew.add.4M", 10, 9.9, 9)["misses"], ["pytorch", "family"])
        self.assertEqual(row("ew.add.4M", 10, 10, 8.9)["misses"], ["tuned"])
        self.assertEqual(row("op.add[8x8].nograd", 1, 7.9, 7)["misses"], ["family"])

    def test_means(self):
        rows = [row("matmul.64.fwd", 1, 2, 1), row("bmm.64x64x64x64.fwd_bwd", 1, 8, 1), row("ew.exp.4M", 1, 32, 1),
                row("ew.exp.4M", 1, 5, 3, threads=2)]
        means = {(mean["threads"], mean["family"]): mean for mean in results.means(rows)}
        self.assertEqual(set(means), {(1, "products"), (1, "elementwise, 4M"), (1, "all"), (2, "elementwise, 4M"),
                                      (2, "all")})
        self.assertAlmostEqual(means[1, "products"]["pytorch_ratio"], 4)
        self.assertAlmostEqual(means[1, "all"]["pytorch_ratio"], 8)
        self.assertAlmostEqual(means[2, "all"]["tuned_ratio"], 3)

    def test_growth(self):
        times = {f"growth.ctc.{size}": size * 2.0 for size in (1, 2, 4, 8, 16)}
        found, = results.growth({"purutorch": times | {"growth.matmul.64": 1}})
        self.assertEqual((found["kind"], found["sizes"], found["work_exponent"]), ("ctc", [1, 2, 4, 8, 16], 1))
        self.assertAlmostEqual(found["purutorch_exponent"], 1)

    def test_report_and_plot_name_every_workload(self):
        rows = [row("matmul.64.fwd", 10, 5, 20), row("ew.exp.4M", 1, 32, 1)]
        found = {
            "date": "2026-01-01", "seconds": 1, "options": {"rounds": 1, "budget": 1, "filter": ""},
            "machine": {"cpu": "x", "cores": 1, "governor": None, "system": "y", "load": 0.0},
            "versions": {"purutorch": "abc", "pytorch": "2", "pytorch_instruction_set": "AVX2"},
            "limits": [{"threads": 1, "gflops": 1.0, "gb_per_s": 1.0, "instruction_set": "v3"}],
            "workloads": rows, "means": results.means(rows), "memory": [], "growth": [],
        }
        text, picture = report.text(found), plot.svg(found)
        for name in ("matmul.64.fwd", "ew.exp.4M"):
            self.assertIn(name, text)
            self.assertIn(name, picture)
        below = text.partition("## Below")[2]
        self.assertRegex(below, r"matmul\.64\.fwd *\| *1 \| *0\.50 \| *2\.00 \| *1\.00 \| *4\.00 \|")
        self.assertNotIn("ew.exp.4M", below)


class Guard(unittest.TestCase):
    def test_both_directions_are_changes(self):
        known = {"a": 1000, "b": 1000, "c": 1000, "d": 1000}
        found = {"a": 1030, "b": 970, "c": 1031, "d": 969}
        self.assertEqual([line.split(":")[0] for line in guard.changes(known, found)], ["c", "d"])

    def test_every_workload_needs_a_figure_and_every_figure_a_workload(self):
        self.assertEqual([line.split(":")[0] for line in guard.changes({"gone": 1}, {"new": 1})], ["new", "gone"])

    def test_figures_are_committed_for_the_workloads_that_are_counted(self):
        with open(guard.FIGURES, encoding="utf-8") as file:
            self.assertEqual(list(json.load(file)), [name for name, _, _ in guard.WORKLOADS])


class Expectations(unittest.TestCase):
    def test_families(self):
        for name, family, least in (
            ("op.chain100[8x8].fwd_per_op", "operation overhead", 8), ("mlp.32-64-10.b16.adamw_step",
             "small training steps", 6), ("mlp.784-512-256-10.b64.sgd_step", "MLP", 1.5),
            ("convT1d.N16C64_L512_K4s2p1_O32.fwd", "convolution", 1.1), ("ew.exp.out.64k", "elementwise, small", 1.5),
            ("ew.tanh.1k.fwd_bwd", "elementwise, small", 4), ("ew.tanh.4M.fwd_bwd", "elementwise, 4M", 2),
            ("ew.relu.4M", "elementwise, 4M", 1), ("reduce.var.2048x2048.axis0", "reductions", 10),
            ("reduce.max.2048x2048.axisNone", "reductions", 1), ("ctc.T200B16C50S30.fwd",
             "batch norm, softmax, losses", 2),
        ):
            self.assertEqual((families.family(name), families.least_ratio(name)), (family, least), name)

    def test_operations(self):
        self.assertEqual(families.operations("matmul.64.fwd_bwd"), 6 * 64**3)
        self.assertEqual(families.operations("conv2d.1x1_N32C64_32x32_O64.fwd_bwd_w"), 4 * 32 * 32 * 32 * 64 * 64)
        self.assertIsNone(families.operations("ew.exp.4M"))


@unittest.skipUnless(os.path.exists(COMMAND), f"{COMMAND} isn't built")
class Command(unittest.TestCase):
    def output(self, *arguments):
        return subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    def test_every_workload_has_expectations(self):
        names = self.output("--list").splitlines()
        self.assertEqual(len(names), len(set(names)))
        for name in names:
            self.assertIn(families.family(name), families.FAMILIES)
            self.assertGreaterEqual(families.least_ratio(name), 1)
        products = [name for name in names if re.match("matmul|bmm|conv", name)]
        self.assertEqual([name for name in products if families.operations(name) is None], [])

    @unittest.skipUnless(workloads, "PyTorch isn't installed")
    def test_both_sides_have_the_same_workloads(self):
        self.assertEqual(set(self.output("--list").splitlines()), set(workloads.WORKLOADS))
        self.assertEqual(set(self.output("--list", "--growth").splitlines()), set(workloads.GROWTH))
        self.assertEqual(set(STEPS), set(workloads.STEPS))

    def test_growth_has_five_sizes(self):
        for kind in families.GROWTH:
            self.assertGreaterEqual(len(self.output("--list", "--growth", "--filter", f".{kind}.").splitlines()), 5)

    @unittest.skipUnless(os.path.exists("/proc/self/clear_refs"), "only Linux says how much memory was used")
    def test_memory(self):
        for name in STEPS:
            peak = json.loads(self.output("memory", name, "--threads", "1"))
            self.assertEqual(peak["name"], name)
            self.assertGreater(peak["peak_bytes"], peak["baseline_bytes"] + (1 << 20))

    def test_without_pytorch(self):
        options = argparse.Namespace(filter="op.matmul[8x8].nograd", threads=[1], rounds=2, budget=0.01)
        found = measure(programs.Programs(COMMAND, {}), options)
        found |= {"date": "", "seconds": 0, "machine": programs.machine(), "versions": {"purutorch": None},
                  "options": {"rounds": 2, "budget": 0.01, "filter": ""}}
        only, = found["workloads"]
        self.assertTrue(0 < only["least_us"]["purutorch"] <= min(only["rounds"]["purutorch"]))
        self.assertEqual([len(times) for times in only["rounds"].values()], [2])
        text = report.text(found)
        self.assertIn("PyTorch can't be imported", text)
        self.assertIn("op.matmul[8x8].nograd", text)

    def test_a_command_that_is_not_there(self):
        with self.assertRaisesRegex(SystemExit, "can't be run"):
            programs.Programs("no/such/command", {}).list()

    def test_times(self):
        line = json.loads(self.output("op.matmul[8x8].nograd", "--budget", "0", "--threads", "1"))
        self.assertEqual(line["name"], "op.matmul[8x8].nograd")
        self.assertTrue(0 < line["min_us"] <= line["us"] <= line["p90_us"])


if __name__ == "__main__":
    unittest.main()
