//! How large an image really is, before anybody decodes it.

use hayro::hayro_interpret::Image;
use hayro::hayro_syntax::object::{Array, Stream};

/// Pixels by the dictionary or by the image's own header, whichever is more.
pub fn pixels(image: &Image<'_, '_>) -> u64 {
    let named = u64::from(image.width()) * u64::from(image.height());
    let stream = match image {
        Image::Stencil(image) => image.stream(),
        Image::Raster(image) => image.stream(),
    };
    named.max(own_pixels(&stream.raw_data()))
}

/// Whether parts of it are transparent by their colour.
pub fn has_colour_key(image: &Image<'_, '_>) -> bool {
    let stream: &Stream<'_> = match image {
        Image::Stencil(_) => return false,
        Image::Raster(image) => image.stream(),
    };
    stream.dict().get::<Array<'_>>(b"Mask").is_some()
}

/// What the header of a JPEG or JPEG 2000 says.
fn own_pixels(data: &[u8]) -> u64 {
    if data.starts_with(&[0xFF, 0xD8]) {
        return jpeg(data).unwrap_or(0);
    }
    let head = &data[..data.len().min(4096)];
    match head.windows(4).position(|word| word == b"ihdr") {
        Some(at) => pair(head.get(at + 4..at + 12)).unwrap_or(0),
        // A bare codestream: SIZ follows SOC; Xsiz and Ysiz stand 6 bytes behind the marker.
        None if data.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) => pair(data.get(8..16)).unwrap_or(0),
        None => 0,
    }
}

fn pair(bytes: Option<&[u8]>) -> Option<u64> {
    let bytes: [u8; 8] = bytes?.try_into().ok()?;
    let (first, second) = (
        u32::from_be_bytes(bytes[..4].try_into().ok()?),
        u32::from_be_bytes(bytes[4..].try_into().ok()?),
    );
    Some(u64::from(first) * u64::from(second))
}

/// Height and width of the largest frame header.
fn jpeg(data: &[u8]) -> Option<u64> {
    let mut at = 2;
    let mut most = 0;
    while let Some(&[0xFF, marker, high, low]) = data.get(at..at + 4).and_then(|bytes| <&[u8; 4]>::try_from(bytes).ok()) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_frame = matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame && let Some(size) = data.get(at + 5..at + 9) {
            most = most.max(u64::from(u16::from_be_bytes([size[0], size[1]])) * u64::from(u16::from_be_bytes([size[2], size[3]])));
        }
        if marker == 0xDA || length < 2 {
            break;
        }
        at += 2 + length;
    }
    Some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_as_large_as_its_own_header_says() {
        let jpeg = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC2, 0, 11, 8, 0xFF, 0xFF, 0x10, 0x00, 3, 0, 0,
        ];
        assert_eq!(own_pixels(&jpeg), 0xFFFF * 0x1000);
        let jp2 = b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x16ihdr\0\0\x01\0\0\0\x02\0\0\x03\x07\x07\0\0";
        assert_eq!(own_pixels(jp2), 256 * 512);
        assert_eq!(own_pixels(&[0xFF, 0xD8]), 0);
        assert_eq!(own_pixels(b""), 0);
    }
}
