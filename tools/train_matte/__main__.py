"""Train the network that tells hair, skin and person apart.

The order: render-hair (layers of strand hair with exact alpha), pseudo-label (pictures of real people; may be
left out), make-scenes (for training, and once with --held-out), train, export, evaluate. make-scenes may run
on while train does: it keeps replacing the oldest scenes. docs/matte.md is the model card.

Exit status: 0 done, 2 not possible.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tools.arguments import run_tool
from tools.train_matte import commands

_ROOT = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.train_matte",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--data", type=Path, default=Path("out/matte"), metavar="DIR", help="stores (default %(default)s)"
    )
    recorded = argparse.ArgumentParser(add_help=False)
    recorded.add_argument(
        "--mlruns",
        type=Path,
        default=Path("mlruns"),
        metavar="DIR",
        help="MLflow's folder (default %(default)s)",
    )
    shipped = argparse.ArgumentParser(add_help=False)
    shipped.add_argument(
        "--out", type=Path, default=_ROOT / "realtime" / "matte" / "data", metavar="DIR",
        help="where the ONNX files are (default %(default)s)",
    )  # fmt: skip
    weights = argparse.ArgumentParser(add_help=False)
    weights.add_argument("--weights", type=Path, required=True, metavar="FILE", help="PyTorch's weights")
    commands_of = options.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, summary: str, run: object, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        sub = commands_of.add_parser(
            name, help=summary, description=f"{summary}.", parents=[shared, *parents]
        )
        sub.set_defaults(run_command=run)
        return sub

    sub = command("render-hair", "Render layers of strand hair", commands.render_hair)
    sub.add_argument("--parts", type=int, default=8, help="files of layers (default %(default)s)")
    sub.add_argument(
        "--looks", type=int, default=2, help="random looks of each style in a file (default %(default)s)"
    )
    sub = command("pseudo-label", "Label pictures and clips of real people", commands.pseudo_label)
    sub.add_argument(
        "--people", type=Path, required=True, metavar="JSON", help="who they are: see docs/matte.md"
    )
    sub.add_argument("--teacher", type=Path, required=True, metavar="DIR", help="folder of hair_teacher.py")
    sub.add_argument("--frames", type=int, default=24, help="of each clip (default %(default)s)")
    sub = command("make-scenes", "Compose people, hair, hats, hands and backgrounds", commands.make_scenes)
    sub.add_argument("--scenes", type=int, default=4000, help="how many (default %(default)s)")
    sub.add_argument(
        "--keep", type=int, default=40, help="newest files of 200 that stay (default %(default)s)"
    )
    sub.add_argument("--seed", type=int, default=0, help="of the random choices (default %(default)s)")
    sub.add_argument("--held-out", action="store_true", help="drawn people with hair kept from training")
    sub.add_argument("--plain", action="store_true", help="with --held-out: no hats, hands and camouflage")
    sub = command("train", "Train the network", commands.run_training, recorded, weights)
    sub.add_argument("--run", default="matte", help="name in MLflow (default %(default)s)")
    sub.add_argument("--minutes", type=float, default=60.0, help="wall time (default %(default)s)")
    sub.add_argument("--batch", type=int, default=16, help="pictures in a step (default %(default)s)")
    sub.add_argument("--rate", type=float, default=4e-3, help="highest learning rate (default %(default)s)")
    sub.add_argument("--seed", type=int, default=0, help="of the random choices (default %(default)s)")
    sub.add_argument("--threads", type=int, default=1, help="of PyTorch (default %(default)s)")
    sub.add_argument("--start", type=Path, metavar="FILE", help="weights to begin with")
    command("export", "Write the network as ONNX, fp32 and INT8", commands.export, weights, shipped)
    sub = command(
        "evaluate", "Measure the ONNX files on what was held out", commands.evaluate, recorded, shipped
    )
    sub.add_argument("--run", default="", help="also record the figures in this run")
    sub.add_argument("--clips", type=int, default=8, help="moving scenes (default %(default)s)")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    options = parser().parse_args(arguments)
    options.run_command(options)
    return 0


if __name__ == "__main__":
    run_tool(main)
