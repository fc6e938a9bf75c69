"""The run file: its lines, the chain of hashes, writer, recorder and reader, and the ledger of all runs."""
