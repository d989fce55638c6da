"""The gateway: WebSocket sessions that receive the world's events, as their intents and shards allow."""

from standin.gateway.hub import Gateway

__all__ = ["Gateway"]
