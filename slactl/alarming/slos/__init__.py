"""Objectives as native SLOs of Application Signals: what is wanted of them, and what would change."""
