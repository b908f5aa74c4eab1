"""The installation on a server (docker-compose.yaml): its secrets, databases, people, connections and share."""
