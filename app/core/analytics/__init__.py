"""What people do with the bot, and how it answers: vocabulary and arithmetic."""
