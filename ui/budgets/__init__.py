"""The budget page: programmes by year and stage, charts, and what every figure rests on."""
