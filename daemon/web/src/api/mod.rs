//! The routes, by what they are about.

mod access;
mod accounts;
mod cases;
mod events;
mod files;
mod messages;
mod queues;
mod search;
mod sources;
mod status;

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
        .routes(routes!(access::remove_user))
        .routes(routes!(access::list_tokens, access::issue_token))
        .routes(routes!(access::revoke_token))
        .routes(routes!(queues::list_queues))
        .routes(routes!(queues::list_queue_cases))
        .routes(routes!(cases::get_case, cases::set_case_field))
        .routes(routes!(cases::add_case_note))
        .routes(routes!(cases::add_note))
        .routes(routes!(cases::merge_case))
        .routes(routes!(cases::move_messages))
        .routes(routes!(cases::undo_act))
        .routes(routes!(cases::list_reviews))
        .routes(routes!(cases::decide_review))
        .routes(routes!(messages::get_message))
        .routes(routes!(messages::put_segments))
        .routes(routes!(files::get_message_html))
        .routes(routes!(files::get_attachment))
        .routes(routes!(files::get_evidence))
        .routes(routes!(search::search))
        .routes(routes!(accounts::list_accounts))
        .routes(routes!(accounts::get_account, accounts::put_account))
        .routes(routes!(accounts::put_contact))
        .routes(routes!(accounts::list_unknown_domains))
        .routes(routes!(sources::list_sources))
        .routes(routes!(sources::list_quarantine))
        .routes(routes!(sources::retry_quarantined))
        .routes(routes!(events::get_events))
}
