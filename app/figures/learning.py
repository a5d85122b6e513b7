"""Learning curves: training and test, accuracy or loss, epoch by epoch."""

from __future__ import annotations

import plotly.graph_objects as go

from app.figures.base import figure, palette, tint
from ppml_core.auditing.report import TargetSummary


def learning(target: TargetSummary, *, dark: bool, loss: bool, height: int = 360) -> go.Figure:
    """Two lines with the gap between them shaded; accuracy unless ``loss``."""
    colours = palette(dark)
    train = target.train_loss if loss else target.train_accuracy_curve
    test = target.test_loss if loss else target.test_accuracy_curve
    made = figure(
        dark=dark, height=height, x="Epoch", y="Loss (cross-entropy)" if loss else "Accuracy"
    )
    pattern = "%{y:.3f}" if loss else "%{y:.1%}"
    made.add_scatter(
        x=target.epochs,
        y=train,
        mode="lines+markers",
        name="Training records",
        line={"color": colours.series[0], "width": 2.5},
        marker={"symbol": "circle", "size": 5},
        hovertemplate=f"Epoch %{{x}}: training {pattern}<extra></extra>",
    )
    made.add_scatter(
        x=target.epochs,
        y=test,
        mode="lines+markers",
        name="Unseen records",
        line={"color": colours.series[1], "width": 2.5, "dash": "dash"},
        marker={"symbol": "square", "size": 5},
        fill="tonexty",
        fillcolor=tint(colours.series[1], 0.12),
        hovertemplate=f"Epoch %{{x}}: unseen {pattern}<extra></extra>",
    )
    if not loss:
        made.update_yaxes(tickformat=".0%")
    return made
