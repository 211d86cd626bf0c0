"""General objectives: what any metric, any configuration and the kept alarm history tell, judged for the report."""
