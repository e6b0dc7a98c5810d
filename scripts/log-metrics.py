#!/usr/bin/env python3
"""Logs the metrics.jsonl of a run to Weights & Biases or MLflow: log-metrics.py wandb|mlflow RUN

WANDB_MODE=offline and MLFLOW_TRACKING_URI=FOLDER keep everything on this machine.
"""
import json, os, sys

def scalars(line):
    """The numbers of a line by name: train/objective, validation/accuracy, learning_rate, ..."""
    for key, value in line.items():
        if isinstance(value, dict):
            yield from ((f"{key}/{name}", x) for name, x in value.items() if isinstance(x, (int, float)))
        elif isinstance(value, (int, float)) and key != "step":
            yield key, value

def main(library, run):
    with open(os.path.join(run, "metrics.jsonl")) as file:
        lines = [json.loads(line) for line in file]
    name = os.path.basename(os.path.normpath(run))
    if library == "wandb":
        import wandb
        with wandb.init(project="nntrain", name=name) as log:
            for line in lines:
                log.log(dict(scalars(line)), step=line["step"])
    else:
        import mlflow
        with mlflow.start_run(run_name=name):
            for line in lines:
                mlflow.log_metrics(dict(scalars(line)), step=line["step"])

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("wandb", "mlflow"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
