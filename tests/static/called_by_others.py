"""What vulture finds unused in bot/ and what is used all the same, with who uses it. Never run."""
# ruff: noqa: B018, F821

from __future__ import annotations

# Fields that python-docx, openpyxl, expat, sqlite3, tarfile, logging and threads read.
_.alignment, _.author, _.autofit, _.border, _.bottom_margin, _.comments, _.creator, _.daemon
_.different_first_page_header_footer, _.disabled
_.first_line_indent, _.fitToHeight, _.fitToWidth, _.footer_distance
_.freeze_panes, _.header_distance, _.isolation_level, _.keep_with_next, _.left_indent, _.left_margin, _.line_spacing
_.mode, _.modified, _.msg, _.none_as_null, _.oddFooter, _.orientation, _.page_height, _.page_width, _.pageSetUpPr
_.paperSize, _.print_area, _.print_title_rows, _.quotePrefix, _.rgb, _.right_indent, _.right_margin, _.row_factory
_.should_exit, _.space_after, _.space_before, _.top_margin
_.StartElementHandler, _.EndElementHandler, _.CharacterDataHandler, _.StartDoctypeDeclHandler

# What others call of our classes: pydantic, SQLAlchemy, asyncio.Queue, python-telegram-bot, uvicorn, olefile.
_.model_config, _.settings_customise_sources, settings_cls, env_settings, dotenv_settings, file_secret_settings
_.impl, _.cache_ok, _.load_dialect_impl, _.process_bind_param, _.process_result_value
_._init, _._get, _.qsize, _.put, maxsize
_.do_process_update
_.main_loop, _.loaddirectory
_options  # the options of the program itself, which Typer calls

# Members of enums that are read by their value from plan files, buttons, the database and word lists.
_.INSTITUTIONS, _.FUNDS, _.STAFF, _.INFRASTRUCTURE, _.DATA, _.COORDINATION
_.LAPSED
_.DIVISION, _.PARTY_BODY, _.LEADERSHIP, _.CENTRE, _.POLICE, _.MILITARY, _.FRONT, _.UNION, _.SCHOOL, _.HEALTH, _.AREA
_.BUSINESS
_.EXTERNAL, _.TO_YEAR_END, _.THING

# Read by name from the environment.
_.token_file

# What the simulated Telegram offers to whoever talks to the bot in tests: Telegram's own faults and habits.
_.forbid, _.server_error, _.lose_response, _.lose_request, _.calls_of, _.base_url, _.base_file_url
_.add_bot, _.remove_bot, _.promote_bot, _.send_sticker, _.send_voice, _.send_location, _.send_poll, _.press_stale
_.block, _.toasts, _.unanswered, _.duplicate_last, _.skip_ids, _.begin_anew, _.stop_bot

# What tests ask to see a thing at rest or at its other end: the tasks in hand, the way back of a migration, and how a
# percent was understood.
_.working
migrate.migrate_back
_.implied

# What only tests use of a module, by its name there (tests/static/test_called.py): the simulated Telegram in their own
# event loop and as a process of its own; the settings of a commune, which it is loaded with and nothing changes yet.
server.running, server.serve
plans.set_settings
