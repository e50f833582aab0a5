"""HTTP and WebRTC: settings, signalling, sessions, metrics."""
