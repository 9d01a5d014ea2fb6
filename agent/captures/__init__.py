"""Pictures of the screen: off unless the policy says otherwise, announced on the screen each time, sealed until delivered."""
