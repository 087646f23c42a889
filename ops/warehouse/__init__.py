"""The warehouse's answers held against the domain's: one input through both, differences named.

The models are dbt's, the definitions the domain's.
"""
