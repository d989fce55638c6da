"""What every feature shares at the edge to Discord: replies, routes, ids, limits, errors."""
