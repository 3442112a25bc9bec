"""Messages on their way out: paced, patient, never twice unknowingly."""
