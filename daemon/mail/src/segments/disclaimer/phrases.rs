//! Phrases of notices, all in lower case.

/// Phrases that speak of the mail itself, as nothing but a notice does.
#[rustfmt::skip]
pub(super) const OF_THE_MAIL: &[&str] = &[
    // English
    "this email may", "this e-mail may", "this message may contain", "this communication may",
    "this email contains", "this e-mail contains", "this message contains confidential",
    "this email is intended", "this e-mail is intended", "this message is intended",
    "this communication is", "this transmission",
    "intended recipient", "named recipient", "intended solely for", "intended only for",
    "intended for the addressee", "for the addressee only", "not the addressee",
    "received this e-mail in error", "received this email in error",
    "received this message in error", "received this communication in error",
    "received it in error", "this transmission in error", "confidentiality notice",
    "e-mail disclaimer", "email disclaimer", "contents of this e-mail are confidential",
    "contents of this email are confidential", "this e-mail is confidential",
    "this email is confidential", "this message is confidential", "before printing",
    "before you print", "this e-mail and any attachment", "this email and any attachment",
    "this message and any attachment", "this e-mail and any files", "this email and any files",
    "reached you by mistake", "does not accept service by e", "may be monitored", "external email",
    "originated from outside",
    // German
    "nicht der richtige adressat", "irrtümlich erhalten", "irrtümlich zugesandt",
    "nicht der vorgesehene empfänger", "bevor sie diese e-mail drucken",
    "bevor sie diese mail ausdrucken",
    // French
    "ce message est confidentiel", "ce message et toutes les pièces jointes",
    "ce message et ses pièces jointes", "ce courriel est confidentiel", "destinataire prévu",
    "pas le destinataire", "pas destinataire", "reçu ce message par erreur",
    "reçu ce courriel par erreur", "avant d'imprimer", "avant d’imprimer",
    // Spanish
    "este mensaje y sus archivos", "este mensaje es confidencial", "este correo electrónico y",
    "dirigido exclusivamente", "dirigida exclusivamente", "si usted no es el destinatario",
    "si no es el destinatario", "recibido este mensaje por error", "recibido este correo por error",
    "antes de imprimir", "aviso de confidencialidad",
    // Italian
    "questo messaggio è riservato", "questo messaggio e gli eventuali allegati",
    "contenute in questo messaggio", "ricevuto questo messaggio per errore", "ricevuto per errore",
    "esclusivamente al destinatario", "non siete il destinatario", "prima di stampare",
    "avviso di riservatezza",
    // Dutch
    "uitsluitend bestemd voor", "uitsluitend bedoeld voor", "niet de geadresseerde",
    "ten onrechte ontvangen", "abusievelijk ontvangen", "dit bericht is vertrouwelijk",
    "dit e-mailbericht", "aan dit bericht kunnen geen rechten",
    // Portuguese
    "esta mensagem é confidencial", "esta mensagem pode conter", "este e-mail é confidencial",
    "destina-se exclusivamente", "não é o destinatário", "não for o destinatário",
    "recebeu esta mensagem por engano", "recebido por engano", "antes de imprimir",
    "aviso de confidencialidade",
    // Nordic and Polish
    "avsett endast för", "wiadomość jest poufna", "vertrauliche e-mail",
    "diese e-mail ist vertraulich", "diese e-mail enthält", "diese nachricht ist vertraulich",
];

/// Phrases of law and of company registers, which a letter about such things holds too.
#[rustfmt::skip]
pub(super) const OF_LAW: &[&str] = &[
    // English
    "legally privileged", "legal professional privilege", "privileged information",
    "privileged and confidential", "confidential and privileged", "confidential and may",
    "accepts no liability", "not accept liability", "accept no liability",
    "not accept any liability", "no responsibility for any loss", "unauthorised use",
    "unauthorized use", "unauthorised disclosure", "unauthorized disclosure", "any unauthorised",
    "any unauthorized", "dissemination", "strictly prohibited", "protected health information",
    "personal health information", "authorised and regulated by", "authorized and regulated by",
    "member fdic", "equal housing", "a waiver of", "acknowledges the traditional owners",
    "acknowledge the traditional", "views or opinions",
    // German
    "vertrauliche und", "vertraulich", "rechtlich geschützt", "unerlaubte kopieren",
    "unbefugte weitergabe", "amtsgericht", "registergericht", "handelsregister",
    "vorsitzender des aufsichtsrat", "aufsichtsrat:", "aufsichtsratsvorsitz", "geschäftsführer:",
    "geschäftsführung:", "geschäftsführerin:", "ust-id", "ust.-id", "denken sie an die umwelt",
    "sitz der gesellschaft",
    // French
    "utilisation non autorisée", "secret professionnel", "secret bancaire", "au capital de",
    "toute diffusion",
    // Spanish
    "información confidencial", "información privilegiada", "aviso legal", "uso no autorizado",
    // Italian
    "informazioni riservate",
    // Dutch
    "vertrouwelijke informatie",
    // Portuguese
    "informação confidencial", "informações confidenciais", "utilização não autorizada",
    // Nordic and Polish
    "konfidentiell information", "fortrolig information", "fortrolige oplysninger",
    "luottamuksellinen", "informacje poufne",
];

/// Words of notices that stand in many letters.
#[rustfmt::skip]
pub(super) const LIKELY: &[&str] = &[
    "confidential", "privileged", "disclosure", "in error", "by mistake", "delete it", "destroy it",
    "notify the sender", "notify us", "prohibited", "unlawful", "liability", "liable", "viruses",
    "registered in", "registered office", "registered charity", "company number", "company no",
    "registration no", "regulated by", "financial services provider", "vat no", "vat reg",
    "disclaimer", "legal action", "copyright", "all rights reserved", "opinions expressed",
    "attachments", "recipient", "addressee", "prosecuted", "hrb", "gmbh", "steuernummer",
    "vorstand:", "sitz", "confidentiel", "pièces jointes", "poursuites", "destinataire",
    "confidencial", "destinatario", "archivos adjuntos", "riservat", "allegati", "destinatari",
    "vertrouwelijk", "geadresseerde", "bijlagen", "kvk", "destinatário", "anexos", "umwelt",
    "environment", "all business is conducted", "conditions of", "conducted under", "siret", "rcs ",
    "p.iva", "p. iva",
];
