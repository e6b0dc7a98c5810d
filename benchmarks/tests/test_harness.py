"""Tests of the benchmark's own arithmetic and of what it does with odd contenders.

Run: python3 -m unittest discover --start-directory benchmarks/tests
"""

import json
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import contenders, report  # noqa: E402
from harness.workloads import WORKLOADS  # noqa: E402

# Stands in for nntrain: writes what a run writes, at rates that the test chooses.
STAND_IN = """#!/usr/bin/env python3
import json, os, pathlib, sys
words = sys.argv[1:]
folder = pathlib.Path(words[words.index("--run") + 1])
folder.mkdir()
settings = dict(word.split("=") for word in words if "=" in word)
rates = [1.0] + [float(os.environ["RATE"])] * (int(settings["training.epochs"]) - 1)
lines = [json.dumps({"epoch": i + 1, "samples_per_second": r}) for i, r in enumerate(rates)]
(folder / "metrics.jsonl").write_text("\\n".join(lines) + "\\n")
header = json.dumps({"__metadata__": {"a": "b"}, "w": {"dtype": "F32", "shape": [6, 1000], "data_offsets": [0, 0]},
                     "b": {"dtype": "F32", "shape": [570], "data_offsets": [0, 0]},
                     "n.running_mean": {"dtype": "F32", "shape": [64], "data_offsets": [0, 0]}}).encode()
(folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
"""


class HarnessTests(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.addCleanup(self.scratch.cleanup)

    def stand_in(self) -> Path:
        path = self.folder / "nntrain"
        path.write_text(STAND_IN, encoding="utf-8")
        path.chmod(0o755)
        return path

    def test_work_of_the_networks(self):
        self.assertEqual([w.parameters for w in WORKLOADS.values()], [6570, 669706, 25076712, 1663370, 272474, 81674])
        self.assertEqual(WORKLOADS["W1"].multiply_adds, 64 * 64 + 64 * 32 + 32 * 10)
        self.assertEqual(WORKLOADS["W1"].flops(), 2 * (3 * 6464 - 4096))
        self.assertEqual(WORKLOADS["W6"].multiply_adds, 28 * 512 * (28 + 128) + 1280)
        self.assertEqual(WORKLOADS["W4"].multiply_adds, 784 * 800 + 196 * 51200 + 3136 * 512 + 5120)

    def test_steady_rate_leaves_out_the_first_epoch(self):
        path = self.folder / "metrics.jsonl"
        rates = [10, 100, 300]
        path.write_text("".join(json.dumps({"samples_per_second": r}) + "\n" for r in rates), encoding="utf-8")
        self.assertAlmostEqual(contenders.steady_rate(path), 150)  # harmonic: equally long epochs

    def test_a_rate_that_is_missing_is_told(self):
        path = self.folder / "metrics.jsonl"
        for text in ("", '{"samples_per_second": 5}\n', '{"epoch": 1}\n', "not JSON\n"):
            path.write_text(text, encoding="utf-8")
            with self.assertRaises(contenders.MeasurementFailure):
                contenders.steady_rate(path)
        with self.assertRaises(contenders.MeasurementFailure):
            contenders.steady_rate(self.folder / "absent")

    def test_nntrain_is_measured_for_the_time_asked(self):
        with unittest.mock.patch.dict("os.environ", RATE="65536"):
            ours = contenders.NNTrain(self.stand_in(), seconds=2.0)
            figure = ours.measure(WORKLOADS["W1"], 1)
        self.assertAlmostEqual(figure.rate, 65536)
        self.assertEqual(figure.parameters, 6570)
        self.assertEqual(ours.epochs[("W1", 1)], 5)  # 4 epochs of half a second, and the first
        self.assertIn("training.shards=ranks", figure.command)
        self.assertIn("training.batch=32", figure.command)

    def test_a_failing_contender_is_told_with_its_words(self):
        with unittest.mock.patch.dict("os.environ", RATE="1"):
            ours = contenders.NNTrain(Path("/bin/false"), seconds=1)
            with self.assertRaisesRegex(contenders.MeasurementFailure, "exit 1"):
                ours.measure(WORKLOADS["W1"], 1)

    def test_ratios_are_formed_pair_by_pair(self):
        def cell(name, *rates):
            return report.Cell("W1", 1, name, [contenders.Figure(r, 6570, 0.2 * (r > 150), "c") for r in rates])

        ours, theirs = cell("nntrain", 100.0, 200.0, 400.0), cell("torch", 50.0, 50.0, 400.0)
        self.assertEqual(report.ratios(ours, theirs), [2.0, 4.0, 1.0])
        line = report.table([ours, theirs]).splitlines()[3]
        self.assertIn("2.00× (1.00×–4.00×)", line)
        self.assertIn("1 of 3", line)


if __name__ == "__main__":
    unittest.main()
