//! Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b)(c)).

use crate::path_error::PathError;
use crate::{Certificate, GeneralName, oids};

/// What the CAs seen so far allow.
#[derive(Debug, Default)]
pub struct NameSpace {
    /// Each CA's list of permitted names; a name must lie in one of its form in every list that has its form.
    permitted: Vec<Vec<GeneralName>>,
    excluded: Vec<GeneralName>,
}

impl NameSpace {
    /// Takes the constraints of a CA.
    pub fn narrow(&mut self, ca: &Certificate) -> Result<(), PathError> {
        let Some(constraints) = ca.name_constraints() else { return Ok(()) };
        if constraints.unusual {
            return Err(PathError::UnknownCritical {
                subject: ca.subject().short(),
                oid: oids::NAME_CONSTRAINTS,
            });
        }
        self.permitted.push(constraints.permitted.clone());
        self.excluded.extend(constraints.excluded.iter().cloned());
        Ok(())
    }

    /// Whether all names of a certificate lie inside.
    pub fn check(&self, certificate: &Certificate) -> Result<(), PathError> {
        if self.permitted.is_empty() && self.excluded.is_empty() {
            return Ok(());
        }
        let mut names = certificate.subject_alt_names().to_vec();
        if !certificate.subject().is_empty() {
            names.push(GeneralName::Directory(certificate.subject().clone()));
        }
        if certificate.mail().is_none() {
            names.extend(certificate.subject().attribute(&oids::EMAIL).map(GeneralName::Mail));
        }
        if names.iter().all(|name| self.allows(name)) {
            Ok(())
        } else {
            Err(PathError::NameConstraint {
                subject: certificate.subject().short(),
            })
        }
    }

    fn allows(&self, name: &GeneralName) -> bool {
        let inside = self.permitted.iter().all(|list| {
            let mut of_form = list.iter().filter(|constraint| same_form(name, constraint)).peekable();
            of_form.peek().is_none() || of_form.any(|constraint| lies_in(name, constraint) == Some(true))
        });
        // A form that cannot be compared here counts as excluded.
        inside
            && self
                .excluded
                .iter()
                .filter(|constraint| same_form(name, constraint))
                .all(|constraint| lies_in(name, constraint) == Some(false))
    }
}

fn same_form(name: &GeneralName, constraint: &GeneralName) -> bool {
    match (name, constraint) {
        (GeneralName::Other(a), GeneralName::Other(b)) => a == b,
        _ => std::mem::discriminant(name) == std::mem::discriminant(constraint),
    }
}

/// `None`: cannot be told.
fn lies_in(name: &GeneralName, constraint: &GeneralName) -> Option<bool> {
    match (name, constraint) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => Some(name.is_within(base)),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => Some(host_within(name, base, true)),
        (GeneralName::Mail(mail), GeneralName::Mail(base)) => {
            let (local, host) = mail.rsplit_once('@')?;
            Some(match base.rsplit_once('@') {
                Some((base_local, base_host)) => local == base_local && host.eq_ignore_ascii_case(base_host),
                None => host_within(host, base, false),
            })
        }
        (GeneralName::Uri(uri), GeneralName::Uri(base)) => {
            let (_, rest) = uri.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            let host = host.split(':').next().filter(|host| !host.is_empty())?;
            Some(host_within(host, base, false))
        }
        (GeneralName::Ip(address), GeneralName::Ip(base)) if base.len() == address.len() * 2 => {
            let (net, mask) = base.split_at(address.len());
            Some(
                address
                    .iter()
                    .zip(net)
                    .zip(mask)
                    .all(|((octet, net), mask)| octet & mask == net & mask),
            )
        }
        _ => None,
    }
}

/// `.base` means hosts below; without the point the host itself, and for dNSName also hosts below.
fn host_within(host: &str, base: &str, below: bool) -> bool {
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    if base.is_empty() {
        return true;
    }
    if let Some(domain) = base.strip_prefix('.') {
        return host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
    }
    host == base || (below && host.strip_suffix(&base).is_some_and(|rest| rest.ends_with('.')))
}
