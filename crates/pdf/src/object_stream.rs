//! Objects that lie compressed in a stream.

use crate::lexer::Lexer;
use crate::object::{Dict, Obj};
use crate::{Error, Limits, filter};

/// An inflated object stream.
#[derive(Debug)]
pub(crate) struct ObjectStream {
    data: Vec<u8>,
    /// Number and offset of each object.
    index: Vec<(u32, usize)>,
}

impl ObjectStream {
    pub fn inflate(dict: &Dict<'_>, raw: &[u8], limits: &Limits) -> Result<Self, Error> {
        if !dict.is("Type", "ObjStm") {
            return Err(Error::WrongType {
                object: None,
                expected: "object stream",
            });
        }
        let whole = |key: &str| dict.get(key).and_then(Obj::int).and_then(|value| usize::try_from(value).ok());
        let (Some(count), Some(first)) = (whole("N"), whole("First")) else {
            return Err(Error::BrokenStream {
                why: "an object stream without /N or /First",
            });
        };
        let data = filter::decode(dict, raw, limits)?.into_owned();
        if count > limits.objects || count > data.len() {
            return Err(Error::TooMuch { of: "objects" });
        }
        let mut lexer = Lexer::new(&data, 0, limits);
        let mut index = Vec::with_capacity(count);
        for _ in 0..count {
            lexer.skip_space();
            let number = u32::try_from(lexer.unsigned()?).map_err(|_| Error::TooMuch { of: "objects" })?;
            lexer.skip_space();
            let offset = usize::try_from(lexer.unsigned()?).ok().and_then(|offset| offset.checked_add(first));
            index.push((
                number,
                offset.ok_or(Error::BrokenStream {
                    why: "an offset in an object stream",
                })?,
            ));
        }
        let mut numbers: Vec<u32> = index.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::BrokenStream {
                why: "an object stream has a number twice",
            });
        }
        Ok(Self { data, index })
    }
    pub fn size(&self) -> usize {
        self.data.len()
    }
    /// The `at`-th object, which must be `number`.
    pub fn object(&self, at: u32, number: u32, limits: &Limits) -> Result<Obj<'_>, Error> {
        match self.index.get(at as usize) {
            Some(&(found, offset)) if found == number && offset <= self.data.len() => Lexer::new(&self.data, offset, limits).value(),
            _ => Err(Error::BrokenStream {
                why: "an object is not where its object stream says",
            }),
        }
    }
}
