"""A run in MLflow's local file store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.errors import ToolError

EXPERIMENT = "hair-matte"


class RunRecord:
    """Parameters, metrics and files of one run; a context manager. ``name`` of a run that exists goes on.

    Raises:
        ToolError: MLflow is not installed.
    """

    def __init__(self, folder: Path, name: str, parameters: Mapping[str, Any]) -> None:
        # The local file store is in maintenance since MLflow 3.7 and asks to be chosen knowingly; a data base
        # would need packages that a folder of text files does not.
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        try:
            import mlflow
        except ImportError:
            raise ToolError("Runs are recorded with MLflow: pip install -e '.[train]'.") from None
        self._mlflow: Any = mlflow
        mlflow.set_tracking_uri(folder.resolve().as_uri())
        mlflow.set_experiment(EXPERIMENT)
        found = mlflow.search_runs(
            experiment_names=[EXPERIMENT],
            filter_string=f"attributes.run_name = '{name}'",
            output_format="list",
        )
        identity = found[0].info.run_id if found else None
        mlflow.start_run(run_id=identity, run_name=None if found else name)
        if not found:
            mlflow.log_params(dict(parameters))

    def report(self, step: int, metrics: Mapping[str, float]) -> None:
        """Record and print metrics after ``step`` steps."""
        self._mlflow.log_metrics(dict(metrics), step=step)
        print(step, "  ".join(f"{key} {value:.4g}" for key, value in metrics.items()), flush=True)

    def keep(self, path: Path) -> None:
        """Keep a copy of a file with the run."""
        self._mlflow.log_artifact(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mlflow.end_run("FAILED" if error is not None else "FINISHED")
