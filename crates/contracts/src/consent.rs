//! 事前合意: the consent of 建設業法19条3項, one text, versioned.

use crate::Uses;

/// The version that is asked for now.
pub const VERSION: &str = "v1（運営者の法務確認前）";

/// One side of the consent.
#[derive(Clone, Debug)]
pub struct Party<'a> {
    /// Registered name.
    pub company: &'a str,
    /// ユーザID.
    pub desk: &'a str,
    /// Which certificates it uses.
    pub uses: &'a Uses,
}

/// The whole text, both sides named. 甲 is who asked.
#[must_use]
pub fn text(asker: &Party<'_>, partner: &Party<'_>) -> String {
    // rulings.md; 建設業法施行令5条の5, 施行規則13条の4・13条の5. 相互: both directions.
    format!(
        "電子契約に関する事前合意 {VERSION}\n\n\
         甲: {a}（{ad}）\n乙: {b}（{bd}）\n\n\
         甲及び乙は、相互に、建設業法第19条第3項に基づき、次のとおり電子契約によることを承諾します。\n\
         ①措置: 相手方の閲覧に供し、相手方のファイルに記録する方法（施行規則第13条の4第1項第1号ロ）\n\
         ②記録の方式: PDF（PAdES電子署名・タイムスタンプ付）\n\
         ③使用する電子証明書: 甲 {au} 乙 {bu}\n\
         ④いつでも書面又は電磁的方法で撤回でき、撤回後は電子契約を行いません（成立済みの契約には影響しません）。\n",
        a = asker.company,
        ad = asker.desk,
        b = partner.company,
        bd = partner.desk,
        au = asker.uses.japanese(),
        bu = partner.uses.japanese(),
    )
}
