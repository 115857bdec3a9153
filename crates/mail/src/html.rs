//! The HTML part of a mail, made of its text: one source, two parts.

/// The same words as HTML: paragraphs where the text has empty lines. Nothing in it is a link, nothing is loaded from elsewhere.
#[must_use]
pub fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> = escaped
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\n")))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>CECTRUST</title></head>\n<body>\n{}\n</body></html>\n",
        paragraphs.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn html_says_what_the_text_says_and_loads_nothing() {
        let page = html("甲 & 乙\n次\n\n<img src=x>");
        assert!(page.contains("<p>甲 &amp; 乙<br>\n次</p>") && page.contains("lang=\"ja\""));
        assert!(!page.contains("<img") && page.contains("&lt;img src=x&gt;"));
    }
}
