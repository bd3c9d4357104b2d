"""Where Kafka and Elasticsearch come from: the environment, Docker, or servers of our own."""
