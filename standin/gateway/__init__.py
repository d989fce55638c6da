"""The gateway: WebSocket sessions that hear what happens in the world, as far as their intents and shard allow."""

from standin.gateway.hub import Gateway

__all__ = ["Gateway"]
