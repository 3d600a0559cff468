"""WhatsApp (Cloud API)."""
