"""Questions to the ledger: one module per tab, each returns values of policy.summaries and writes nothing."""
