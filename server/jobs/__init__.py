"""Work that takes seconds or minutes: watched, fetched, stopped."""
