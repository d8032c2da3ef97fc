//! Lists in pages: `limit`, `after`, and the header `Link` with the next page.

use axum::{
    Json,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{json::Refusal, wire::List};

const USUAL: u32 = 100;
const MOST: u32 = 1000;

/// How many a list shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    limit: usize,
}

impl Page {
    pub(crate) fn new(limit: Option<u32>) -> Result<Self, Refusal> {
        match limit.unwrap_or(USUAL) {
            limit @ 1..=MOST => Ok(Page { limit: limit as usize }),
            other => Err(Refusal::new("invalid_value", format!("a limit is 1 to {MOST}, not {other}")).within("limit")),
        }
    }

    /// What to ask the store for: one more than is shown tells whether there is a next page.
    pub(crate) fn fetch(self) -> Option<u32> {
        u32::try_from(self.limit + 1).ok()
    }

    /// Cuts what was fetched to the page, and says where the next one begins.
    pub(crate) fn cut<T>(self, fetched: &mut Vec<T>, cursor: impl Fn(&T) -> String) -> Option<String> {
        let more = fetched.len() > self.limit;
        fetched.truncate(self.limit);
        fetched.last().filter(|_| more).map(cursor)
    }
}

/// A page of a list, and the way to the next one.
pub(crate) struct Paged<T> {
    pub(crate) list: List<T>,
    pub(crate) next: Option<String>,
}

impl<T> Paged<T> {
    /// The page of the list at `uri`, whose next page begins after `cursor`.
    pub(crate) fn new(uri: &Uri, items: impl IntoIterator<Item = T>, cursor: Option<String>) -> Self {
        Paged { list: items.into_iter().collect(), next: cursor.map(|cursor| target(uri, &cursor)) }
    }
}

fn target(uri: &Uri, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let old = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    query.extend_pairs(old.filter(|(name, _)| name != "after")).append_pair("after", cursor);
    format!("{}?{}", uri.path(), query.finish())
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let link = self.next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
        let mut response = Json(self.list).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}
