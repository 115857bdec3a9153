// Pages that watch something move.
