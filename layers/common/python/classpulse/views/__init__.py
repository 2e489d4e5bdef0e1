"""What dashboards read: classes, grids, errors, pace, timelines."""
