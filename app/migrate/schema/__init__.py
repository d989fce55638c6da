"""Schemas as values: read from the catalogue, recorded as snapshots, built from the models."""
