//! Certificate policies along a path: the set that holds for all of it, without the tree's qualifiers (RFC 5280 §6.1.2–6.1.5).

use crate::path_error::PathError;
use crate::{Certificate, oids};
use asn1::Oid;
use std::collections::BTreeMap;

/// Policies that hold so far, each with the policy it began as at the top (mappings change the first, not the second).
pub struct PolicySet<'a> {
    wanted: &'a [Oid],
    /// `None`: any policy.
    held: Option<BTreeMap<Oid, Vec<Oid>>>,
    explicit: usize,
    mapping: usize,
    any: usize,
}

impl<'a> PolicySet<'a> {
    pub fn new(wanted: &'a [Oid], length: usize) -> Self {
        // A caller that wants certain policies wants them explicitly.
        let explicit = if wanted.is_empty() { length + 1 } else { 0 };
        Self {
            wanted,
            held: None,
            explicit,
            mapping: length + 1,
            any: length + 1,
        }
    }

    pub fn step(&mut self, certificate: &Certificate, is_last: bool) -> Result<(), PathError> {
        let extensions = certificate.extensions();
        let self_issued = certificate.is_self_issued();
        self.held = match &extensions.policies {
            None => Some(BTreeMap::new()),
            Some(policies) => {
                let any = policies.contains(&oids::ANY_POLICY) && (self.any > 0 || (self_issued && !is_last));
                let named = policies.iter().filter(|policy| **policy != oids::ANY_POLICY);
                match (self.held.take(), any) {
                    (held, true) => held,
                    (None, false) => Some(named.map(|policy| (*policy, vec![*policy])).collect()),
                    (Some(held), false) => Some(
                        named
                            .filter_map(|policy| held.get(policy).map(|origins| (*policy, origins.clone())))
                            .collect(),
                    ),
                }
            }
        };
        self.demand(certificate)?;
        if !is_last {
            self.prepare_next(certificate)?;
        }
        let constraints = extensions.policy_constraints.unwrap_or_default();
        if is_last {
            // §6.1.5 (a)(b)
            self.explicit = self.explicit.saturating_sub(1);
            if constraints.require_explicit == Some(0) {
                self.explicit = 0;
            }
            return self.demand(certificate);
        }
        if !self_issued {
            self.explicit = self.explicit.saturating_sub(1);
            self.mapping = self.mapping.saturating_sub(1);
            self.any = self.any.saturating_sub(1);
        }
        let least = |now: usize, limit: Option<u64>| {
            limit
                .and_then(|limit| usize::try_from(limit).ok())
                .map_or(now, |limit| now.min(limit))
        };
        self.explicit = least(self.explicit, constraints.require_explicit);
        self.mapping = least(self.mapping, constraints.inhibit_mapping);
        self.any = least(self.any, extensions.inhibit_any_policy);
        Ok(())
    }

    fn demand(&self, certificate: &Certificate) -> Result<(), PathError> {
        if self.explicit == 0 && self.held.as_ref().is_some_and(BTreeMap::is_empty) {
            return Err(PathError::Policy {
                subject: certificate.subject().short(),
            });
        }
        Ok(())
    }

    /// §6.1.4 (a)(b): policy mappings.
    fn prepare_next(&mut self, certificate: &Certificate) -> Result<(), PathError> {
        let mappings = &certificate.extensions().policy_mappings;
        if mappings
            .iter()
            .any(|(from, to)| *from == oids::ANY_POLICY || *to == oids::ANY_POLICY)
        {
            return Err(PathError::Policy {
                subject: certificate.subject().short(),
            });
        }
        if mappings.is_empty() {
            return Ok(());
        }
        let Some(held) = &mut self.held else {
            // Any policy holds, so each mapped one does; unmapped ones stay covered by "any", which is kept.
            return Ok(());
        };
        let mut mapped: BTreeMap<Oid, Vec<Oid>> = BTreeMap::new();
        for (policy, origins) in std::mem::take(held) {
            let targets: Vec<Oid> = mappings.iter().filter(|(from, _)| *from == policy).map(|(_, to)| *to).collect();
            if targets.is_empty() {
                mapped.entry(policy).or_default().extend(origins);
            } else if self.mapping > 0 {
                for target in targets {
                    mapped.entry(target).or_default().extend(origins.iter().copied());
                }
            }
        }
        *held = mapped;
        Ok(())
    }

    pub fn finish(self, leaf: &Certificate) -> Result<Option<Vec<Oid>>, PathError> {
        let Some(held) = self.held else { return Ok(None) };
        let mut origins: Vec<Oid> = held.into_values().flatten().collect();
        origins.sort_unstable();
        origins.dedup();
        if !self.wanted.is_empty() {
            origins.retain(|policy| self.wanted.contains(policy));
            if origins.is_empty() {
                return Err(PathError::Policy {
                    subject: leaf.subject().short(),
                });
            }
        }
        Ok(Some(origins))
    }
}
