"""The machine room: what `make run`, `make test` and `make check` start, watch and end on one machine."""
