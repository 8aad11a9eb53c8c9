//! The routes, by what they are about.

mod access;
mod accounts;
mod administration;
mod alerts;
mod attached;
mod backups;
mod calendars;
mod cases;
mod definitions;
mod digests;
mod drafts;
mod events;
mod fields;
mod files;
mod handoffs;
mod levels;
mod messages;
mod outside;
mod packs;
mod pilot;
mod plugins;
mod presence;
mod printed;
mod promises;
mod queues;
mod reports;
mod rules;
mod search;
mod signals;
mod sources;
mod status;
mod trials;
mod views;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::service::Shared;

/// Every route of the API, with its description.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::default()
        .routes(routes!(status::get_health))
        .routes(routes!(status::get_openapi))
        .routes(routes!(status::get_status))
        .routes(routes!(status::get_journal))
        .routes(routes!(access::get_setup, access::set_up))
        .routes(routes!(access::get_session, access::sign_in, access::sign_out))
        .routes(routes!(access::list_users, access::add_user))
        .routes(routes!(access::change_user, access::remove_user))
        .routes(routes!(access::sign_user_out))
        .routes(routes!(access::change_password))
        .routes(routes!(access::sign_out_everywhere))
        .routes(routes!(access::list_tokens, access::issue_token))
        .routes(routes!(access::revoke_token))
        .routes(routes!(plugins::list_plugins))
        .routes(routes!(plugins::grant_plugin, plugins::revoke_plugin))
        .routes(routes!(plugins::switch_plugin))
        .routes(routes!(plugins::get_plugin_readings))
        .routes(routes!(queues::list_queues))
        .routes(routes!(queues::list_queue_cases))
        .routes(routes!(views::list_views))
        .routes(routes!(views::put_view, views::drop_view))
        .routes(routes!(views::get_mark, views::put_mark))
        .routes(routes!(cases::get_case, cases::set_case_field))
        .routes(routes!(cases::list_similar))
        .routes(routes!(presence::view_case, presence::leave_case))
        .routes(routes!(handoffs::list_changes))
        .routes(routes!(handoffs::list_handoffs))
        .routes(routes!(handoffs::get_brief))
        .routes(routes!(printed::get_brief_pdf))
        .routes(routes!(handoffs::hand_off))
        .routes(routes!(handoffs::accept_handoff))
        .routes(routes!(cases::add_case_note))
        .routes(routes!(cases::add_note))
        .routes(routes!(signals::judge_signal))
        .routes(routes!(signals::list_near_misses))
        .routes(routes!(cases::merge_case))
        .routes(routes!(cases::move_messages))
        .routes(routes!(cases::undo_act))
        .routes(routes!(cases::list_reviews))
        .routes(routes!(cases::decide_review))
        .routes(routes!(promises::list_promises, promises::add_promise))
        .routes(routes!(promises::get_promise_rates))
        .routes(routes!(promises::list_case_promises))
        .routes(routes!(promises::decide_promise))
        .routes(routes!(promises::explain_reply_due))
        .routes(routes!(fields::list_fields))
        .routes(routes!(fields::list_field_values))
        .routes(routes!(fields::decide_field_value))
        .routes(routes!(messages::get_message))
        .routes(routes!(messages::put_segments))
        .routes(routes!(files::get_message_html))
        .routes(routes!(files::get_attachment))
        .routes(routes!(files::get_evidence))
        .routes(routes!(attached::list_case_files))
        .routes(routes!(attached::get_file))
        .routes(routes!(attached::retry_file))
        .routes(routes!(attached::get_coverage))
        .routes(routes!(search::search))
        .routes(routes!(accounts::list_accounts))
        .routes(routes!(accounts::get_account, accounts::put_account))
        .routes(routes!(accounts::get_account_health))
        .routes(routes!(accounts::put_contact))
        .routes(routes!(accounts::put_title))
        .routes(routes!(accounts::list_unknown_domains))
        .routes(routes!(administration::put_table))
        .routes(routes!(administration::get_organisation))
        .routes(routes!(backups::get_backups, backups::start_backup))
        .routes(routes!(backups::rehearse_backup))
        .routes(routes!(calendars::compare_calendar))
        .routes(routes!(calendars::change_calendar, calendars::reset_calendar))
        .routes(routes!(calendars::read_holidays))
        .routes(routes!(alerts::list_alerts))
        .routes(routes!(alerts::forecast_alerts))
        .routes(routes!(alerts::get_alert))
        .routes(routes!(alerts::acknowledge_alert))
        .routes(routes!(alerts::snooze_alert))
        .routes(routes!(alerts::list_silences, alerts::add_silence))
        .routes(routes!(alerts::lift_silence))
        .routes(routes!(digests::list_digests))
        .routes(routes!(digests::get_digest))
        .routes(routes!(digests::get_digest_html))
        .routes(routes!(outside::get_outbound))
        .routes(routes!(outside::list_dead_letters))
        .routes(routes!(outside::replay_dead_letter))
        .routes(routes!(sources::list_sources))
        .routes(routes!(sources::preview_source))
        .routes(routes!(sources::pause_source, sources::resume_source))
        .routes(routes!(definitions::list_definitions, definitions::add_definition))
        .routes(routes!(definitions::try_definition))
        .routes(routes!(definitions::change_definition, definitions::remove_definition))
        .routes(routes!(sources::list_quarantine))
        .routes(routes!(sources::retry_quarantined))
        .routes(routes!(events::get_events))
        .merge(rule_routes())
}

/// The routes of rule sets.
fn rule_routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::default()
        .routes(routes!(levels::list_levels))
        .routes(routes!(rules::get_rules))
        .routes(routes!(rules::get_reference))
        .routes(routes!(rules::list_versions))
        .routes(routes!(rules::get_version))
        .routes(routes!(packs::get_keys))
        .routes(routes!(packs::export))
        .routes(routes!(packs::import))
        .routes(routes!(rules::activate))
        .routes(routes!(rules::approve))
        .routes(routes!(rules::decline))
        .routes(routes!(rules::roll_back))
        .routes(routes!(rules::reload))
        .routes(routes!(rules::enable))
        .routes(routes!(rules::diff))
        .routes(routes!(drafts::get_draft, drafts::begin_draft))
        .routes(routes!(drafts::get_file, drafts::put_file, drafts::delete_file))
        .routes(routes!(drafts::check))
        .routes(routes!(drafts::test))
        .routes(routes!(drafts::save))
        .routes(routes!(trials::list_backtests, trials::start_backtest))
        .routes(routes!(trials::get_backtest, trials::cancel_backtest))
        .routes(routes!(trials::trace))
        .routes(routes!(trials::get_fixture))
        .routes(routes!(trials::get_shadow, trials::start_shadow, trials::stop_shadow))
        .routes(routes!(reports::get_noise))
        .routes(routes!(reports::label_missed))
        .routes(routes!(reports::get_missed))
        .routes(routes!(reports::withdraw_missed))
        .routes(routes!(reports::get_missed_fixture))
        .routes(routes!(reports::get_outcomes))
        .routes(routes!(reports::get_baselines))
        .routes(routes!(pilot::get_pilot))
        .routes(routes!(printed::get_pilot_pdf))
        .routes(routes!(pilot::list_pilot_cases))
}
