"""An identity proven in person: offices, appointments, the postman's rounds, the meeting at a counter or at the door."""
