"""The tables that evaluation prints."""

from __future__ import annotations

from tools.train_matte.evaluation import Scores


def people_table(scores: Scores) -> str:
    """One line for each held-out identity, their mean, and the pictures without hair."""
    lines = [
        f"{'IoU to the teacher':32}{'hair':>7}{'again':>7}{'skin':>7}{'person':>8}{'MAD':>7}{'judge':>7}"
    ]
    for name, score in scores.people.items():
        judge = "-" if score.judge is None else f"{score.judge:.3f}"
        lines.append(
            f"{name[:30]:32}{score.hair:7.3f}{score.settled:7.3f}{score.skin:7.3f}{score.person:8.3f}"
            f"{score.difference:7.3f}{judge:>7}"
        )
    fields = ("hair", "settled", "skin", "person", "difference")
    hair, settled, skin, person, difference = (scores.mean(field) for field in fields)
    lines.append(f"{'mean':32}{hair:7.3f}{settled:7.3f}{skin:7.3f}{person:8.3f}{difference:7.3f}")
    lines += [
        f"{name[:30]:32}no hair: {share:.2%} of the crop taken for some"
        for name, share in scores.empty.items()
    ]
    return "\n".join(lines)


def speed_row(name: str, milliseconds: float) -> str:
    """A line of the table of speeds."""
    return f"{name:32}{milliseconds:7.2f} ms"
