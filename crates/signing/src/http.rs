//! Calls to the outside, bounded in time (by the client) and size.

/// What is sent.
pub struct Body {
    pub media: &'static str,
    pub bytes: Vec<u8>,
}

pub async fn post(http: &reqwest::Client, url: &str, body: Body, longest: usize) -> Result<Vec<u8>, String> {
    read(http.post(url).header("content-type", body.media).body(body.bytes), url, longest).await
}

pub async fn get(http: &reqwest::Client, url: &str, longest: usize) -> Result<Vec<u8>, String> {
    read(http.get(url), url, longest).await
}

async fn read(request: reqwest::RequestBuilder, url: &str, longest: usize) -> Result<Vec<u8>, String> {
    store::outside_any_unit();
    let mut response = request.send().await.map_err(|error| format!("{url}: {error}"))?;
    if !response.status().is_success() {
        return Err(format!("{url}: HTTP {}", response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| format!("{url}: {error}"))? {
        if bytes.len() + chunk.len() > longest {
            return Err(format!("{url}: more than {longest} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
