"""Administration of who signs in, and everybody's own password."""

from __future__ import annotations

from flask import Response

from policy.summaries import Changed, OwnPassword, PasswordWish, SignOutUser, UserChange, UserMade, Users, UserWish
from server import user_admin, users
from server.auth import Ask
from server.queries import office as queries
from server.refusals import NotSignedInError


def show_users(ask: Ask) -> Users:
    """Everybody who may sign in."""
    return queries.users(ask.session, ask.now)


def add_user(ask: Ask) -> UserMade:
    """Make a user; hashing is slow on purpose and happens outside the transaction."""
    wish = ask.body(UserWish)
    hashed = users.new_password_hash(wish.password) if wish.password else None
    return ask.change(lambda connection, by: user_admin.new_user(connection, wish, hashed, by))


def change_user(ask: Ask) -> Changed:
    """Change what a user may; it holds from their next request on."""
    wish = ask.body(UserChange)
    return Changed(ask.change(lambda connection, by: user_admin.change_user(connection, wish, by)))


def reset_password(ask: Ask) -> UserMade:
    """Give a user another password, or a link to choose one."""
    wish = ask.body(PasswordWish)
    hashed = users.new_password_hash(wish.password) if wish.password else None
    return ask.change(lambda connection, by: user_admin.new_password(connection, wish, hashed, by))


def sign_out_user(ask: Ask) -> Response:
    """End every session of a user."""
    wish = ask.body(SignOutUser)
    ask.change(lambda connection, by: user_admin.sign_out_everywhere(connection, wish.user, by))
    return Response(status=204)


def change_own_password(ask: Ask) -> Response:
    """Change one's own password; wrong old ones are counted as at the sign-in."""
    wish, viewer, limits = ask.body(OwnPassword), ask.who(), ask.core.limits
    limits.refuse_after_sign_in_failures(viewer.name, ask.address)
    try:
        users.check_password(ask.session, viewer.name, wish.old)
    except NotSignedInError as fault:
        limits.note_sign_in_failure(viewer.name, ask.address)
        raise fault
    hashed = users.new_password_hash(wish.new)
    ask.change(lambda connection, by: user_admin.own_password(connection, viewer, hashed, by))
    return Response(status=204)
