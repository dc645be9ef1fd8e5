"""Git repositories read from their own files alone: no program is run, no setting obeyed, and no link followed.

What a repository says of other places (alternates, worktrees, replaced objects, missing ones that a server would give)
is not looked at.
"""
