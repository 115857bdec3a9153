//! Validation data: the DSS dictionary.

use super::rules::Comparison;
use super::{Level, Role, Rule};
use crate::Error;
use crate::object::{Dict, Obj};

impl<'d> Comparison<'d, '_> {
    pub(super) fn dss(&mut self) -> Result<(), Error> {
        let (old, new) = (self.old.catalog()?, self.new.catalog()?);
        let (then, now) = (self.old.value(&old, "DSS")?, self.new.value(&new, "DSS")?);
        let reference = new.get("DSS").and_then(Obj::reference);
        if now.is_null() {
            if !then.is_null() {
                self.veto(Rule::Dss, reference, "検証情報（DSS）が取り除かれています".into());
            }
            return Ok(());
        }
        let Obj::Dict(now) = now else {
            self.veto(Rule::Dss, reference, "検証情報（DSS）が辞書ではありません".into());
            return Ok(());
        };
        let then = then.dict().cloned().unwrap_or_default();
        let fault = self.judge_dss(&then, &now)?;
        let written = reference.is_some_and(|reference| self.is_added(reference) || self.is_replaced(reference)) || then != now;
        let level = if fault.is_some() { Level::Other } else { Level::LtaUpdates };
        if let Some(reference) = reference.filter(|reference| self.is_added(*reference) || self.is_replaced(*reference)) {
            self.explain(reference, Role::Dss, level);
        }
        match fault {
            Some(what) => self.veto(Rule::Dss, reference, what),
            None if written => self.note(Rule::Dss, Level::LtaUpdates, reference, "検証情報（DSS）が追加されています".into()),
            None => {}
        }
        Ok(())
    }

    fn judge_dss(&mut self, then: &Dict<'d>, now: &Dict<'d>) -> Result<Option<String>, Error> {
        const KEYS: [&str; 5] = ["Type", "VRI", "Certs", "CRLs", "OCSPs"];
        if let Some((name, _)) = now.iter().find(|(name, _)| !KEYS.contains(&name.text().as_ref())) {
            return Ok(Some(format!("検証情報（DSS）に未知の項目 /{} があります", name.text())));
        }
        for key in ["Certs", "CRLs", "OCSPs"] {
            if let Some(fault) = self.judge_list(then, now, key)? {
                return Ok(Some(fault));
            }
        }
        self.judge_vri(then, now)
    }

    /// Old streams stay; new ones are new objects.
    fn judge_list(&mut self, then: &Dict<'d>, now: &Dict<'d>, key: &str) -> Result<Option<String>, Error> {
        let (old, new) = (self.old.value(then, key)?, self.new.value(now, key)?);
        if new.is_null() && old.is_null() {
            return Ok(None);
        }
        let Some(items) = new.array() else {
            return Ok(Some(format!("検証情報（DSS）の /{key} が一覧ではありません")));
        };
        let kept = old.array().unwrap_or(&[]);
        if kept.iter().any(|item| !items.contains(item)) {
            return Ok(Some(format!("検証情報（DSS）の /{key} から以前の項目が取り除かれています")));
        }
        for item in items.iter().filter(|item| !kept.contains(item)) {
            let stream = item.reference().filter(|reference| self.is_added(*reference));
            let Some(stream) = stream else {
                return Ok(Some(format!(
                    "検証情報（DSS）の /{key} が新しいストリームではないものを指しています"
                )));
            };
            if self.new.object(stream)?.stream().is_none() {
                return Ok(Some(format!("検証情報（DSS）の /{key} がストリームではないものを指しています")));
            }
            self.explain(stream, Role::DssData, Level::LtaUpdates);
            self.explain_below(&self.new.object(stream)?, &Role::DssData, Level::LtaUpdates)?;
        }
        if let Some(Obj::Ref(array)) = now.get(key) {
            self.explain(*array, Role::DssData, Level::LtaUpdates);
        }
        Ok(None)
    }

    fn judge_vri(&mut self, then: &Dict<'d>, now: &Dict<'d>) -> Result<Option<String>, Error> {
        const KEYS: [&str; 6] = ["Type", "TU", "TS", "Cert", "CRL", "OCSP"];
        let (old, new) = (self.old.value(then, "VRI")?, self.new.value(now, "VRI")?);
        if new.is_null() && old.is_null() {
            return Ok(None);
        }
        let Some(entries) = new.dict() else {
            return Ok(Some("検証情報（DSS）の /VRI が辞書ではありません".into()));
        };
        let kept = old.dict().cloned().unwrap_or_default();
        for (name, _) in kept.iter() {
            if self.old.value(&kept, &name.text())? != self.new.value(entries, &name.text())? {
                return Ok(Some(format!("検証情報（DSS）の以前の /VRI {} が変わっています", name.text())));
            }
        }
        if let Some(Obj::Ref(vri)) = now.get("VRI") {
            self.explain(*vri, Role::DssData, Level::LtaUpdates);
        }
        for (name, value) in entries.iter().filter(|(name, _)| kept.get(&name.text()).is_none()) {
            let well_named = name.0.len() == 40 && name.0.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            let Some(entry) = self.new.resolve(value)?.dict().cloned().filter(|_| well_named) else {
                return Ok(Some(format!("検証情報（DSS）の /VRI に不正な項目 {} があります", name.text())));
            };
            if entry.iter().any(|(key, _)| !KEYS.contains(&key.text().as_ref())) {
                return Ok(Some(format!("検証情報（DSS）の /VRI {} に未知の項目があります", name.text())));
            }
            self.explain_below(value, &Role::DssData, Level::LtaUpdates)?;
            self.explain_below(&entry.into(), &Role::DssData, Level::LtaUpdates)?;
        }
        Ok(None)
    }
}
