"""The README of a bundle, in Italian and English: what is inside, how to check it, what that proves.

The one rule: what the proof does not prove is said as plainly as what it proves.
"""

from __future__ import annotations

from slactl.evidence.bundle.manifest import Made

BY_HAND = r"""
  field() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" bundle.dsse.json | head -n 1 | openssl base64 -d -A; }
  field payload > statement.json
  field sig > signature.bin
  { printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c < statement.json); cat statement.json; } > signed.bin
  openssl pkeyutl -verify -pubin -inkey PUBLIC.pem -rawin -in signed.bin -sigfile signature.bin
  sed -n 's/.*"name": "\([^"]*\)".*"sha256": "\([0-9a-f]*\)".*/\2  \1/p' statement.json | sha256sum -c --quiet
  sed -n 's/.*"name": "\([^"]*\)".*"sha256": "\([0-9a-f]*\)".*/\2  \1/p' bundle.json | sha256sum -c --quiet
""".strip("\n")

OTHER_KEYS = """
  ECDSA on P-256 (on P-384 with -sha384):
  openssl dgst -sha256 -verify PUBLIC.pem -signature signature.bin signed.bin
  RSA:
  openssl dgst -sha256 -sigopt rsa_padding_mode:pss -verify PUBLIC.pem -signature signature.bin signed.bin
""".strip("\n")

ENGLISH = """\
{report_id}: service levels of {month}, with what they were computed from
Made by slactl {version} at {at} (the clock of the machine that made it).

WHAT IS INSIDE

  report/            the report: for people (HTML, and PDF where there is one), for programs (JSON, CSV)
  evidence/          what was read from CloudWatch and kept, and the whole chain of manifests; of the items that the
                     chain names, those that the report was made from ({left_out} others stayed in the store)
  config/            the configuration: services, targets, maintenance windows, and the files of announcements
  bundle.json        every file with its size and SHA-256
  bundle.dsse.json   the signature, if there is one: a DSSE envelope with an in-toto statement about bundle.json
                     and the reports

HOW TO CHECK IT

With slactl, without AWS access and without any configuration:

  pip install 'slactl[evidence,sign,pdf]'
  slactl verify THIS-BUNDLE.zip --key PUBLIC.pem

PUBLIC.pem is the signer's public key. Get it from the signer by another way than this bundle: whoever can change a
bundle can also put a key into it. slactl checks the signature, the digests and the chain, computes every figure again
from the evidence and names each one that the report states otherwise. Exit code 0: proven; 1: consistent, but its
origin is not proven; 2: something differs, and it is named; 3: it could not be checked.

By hand, in the unpacked bundle (Ed25519 keys; all of it must succeed, and the last two lines print nothing):

{by_hand}

For other keys, instead of the line with pkeyutl:

{other_keys}

WHAT THIS PROVES

  - The holder of the key signed these reports together with this evidence and this configuration.
  - Nothing of it was changed, removed or added since.
  - Every figure of the reports follows from this evidence and this configuration.

WHAT IT DOES NOT PROVE

  - That the evidence is what CloudWatch told. Who holds the key could have signed invented evidence. Two things speak
    against that: `slactl verify --recheck 50` reads random hours again from CloudWatch with your own credentials, as
    long as CloudWatch keeps them (455 days); and a store on S3 with Object Lock, of which you can ask for the objects.
  - That CloudWatch saw every request. What never reached the measured services, or was never reported by them
    (a function that was throttled, a customer's broken network), is in no metric.
  - How the configuration was on a day, beyond the word of the collect that looked: samples of controls can be taken
    again by nobody, and Cloudflare's counts are there for a month only. Nor that what a person attests, or a supplier's
    document says, is so.
  - When something happened, beyond the word of the machines that wrote it: collects, bundles and reports bear the
    clock of their machine, not a qualified time stamp.
  - That a maintenance window was announced as it says. "declared" is the provider's word; "documented" means that the
    file of the announcement is enclosed, not that it is genuine; "recorded" means that a collect saw the window before
    it began.
  - That the targets and windows in config/ are those of your contract. Compare them.
  - That the key belongs to whom you think. Ask the signer by another way.
  - That this is the only bundle, or the last one, about this month. Reports bear a revision.
  - That the rules are the right ones. They are written in the report's chapter on the method; slactl only shows
    that they were followed.
"""

ITALIAN = """\
{report_id}: livelli di servizio di {month}, con i dati da cui sono calcolati
Prodotto da slactl {version} il {at} (secondo l'orologio della macchina che l'ha prodotto).

CONTENUTO

  report/            il rapporto: per le persone (HTML, e PDF se presente), per i programmi (JSON, CSV)
  evidence/          quanto letto da CloudWatch e conservato, con l'intera catena dei manifesti; degli elementi nominati
                     dalla catena, quelli da cui è nato il rapporto (altri {left_out} sono rimasti nell'archivio)
  config/            la configurazione: servizi, obiettivi, finestre di manutenzione e file degli annunci
  bundle.json        ogni file con dimensione e SHA-256
  bundle.dsse.json   la firma, se presente: una busta DSSE con una dichiarazione in-toto su bundle.json e sui rapporti

COME VERIFICARLO

Con slactl, senza accesso ad AWS e senza alcuna configurazione:

  pip install 'slactl[evidence,sign,pdf]'
  slactl verify QUESTO-FILE.zip --key PUBLIC.pem

PUBLIC.pem è la chiave pubblica di chi ha firmato. Va chiesta a chi ha firmato per una via diversa da questo file: chi
può modificare il file può anche metterci una chiave. slactl controlla firma, impronte e catena, ricalcola ogni valore
dai dati conservati e nomina ciascuno di quelli che il rapporto riporta diversamente. Codice di uscita 0: provato;
1: coerente, ma origine non provata; 2: qualcosa differisce, ed è nominato; 3: verifica non riuscita.

A mano, nella cartella estratta (chiavi Ed25519; tutto deve riuscire, e le ultime due righe non stampano nulla):

{by_hand}

Per altre chiavi, al posto della riga con pkeyutl:

{other_keys}

CHE COSA È PROVATO

  - Chi possiede la chiave ha firmato questi rapporti insieme a questi dati e a questa configurazione.
  - Da allora nulla è stato modificato, tolto o aggiunto.
  - Ogni valore dei rapporti segue da questi dati e da questa configurazione.

CHE COSA NON È PROVATO

  - Che i dati siano quelli forniti da CloudWatch: chi possiede la chiave potrebbe aver firmato dati inventati. Due
    cose lo smentiscono: `slactl verify --recheck 50` rilegge ore scelte a caso da CloudWatch con le credenziali di chi
    verifica, finché CloudWatch le conserva (455 giorni); e un archivio su S3 con Object Lock, di cui si possono
    chiedere gli oggetti.
  - Che CloudWatch abbia visto ogni richiesta: ciò che non ha raggiunto i servizi misurati, o che questi non hanno
    segnalato (una funzione limitata, la rete guasta di un cliente), non è in alcuna metrica.
  - Com'era la configurazione in un dato giorno, oltre alla parola della raccolta che l'ha letta: i campioni dei
    controlli non si possono rileggere, e i conteggi di Cloudflare restano disponibili solo per un mese. Né che sia
    vero ciò che una persona attesta o che il documento di un fornitore dichiara.
  - Quando qualcosa è avvenuto, oltre alla parola delle macchine: raccolte, bundle e rapporti portano l'ora della
    propria macchina, non una marca temporale qualificata.
  - Che una finestra di manutenzione sia stata annunciata come dichiarato. "declared" è la parola del fornitore;
    "documented" significa che il file dell'annuncio è allegato, non che sia autentico; "recorded" che una raccolta ha
    visto la finestra prima del suo inizio.
  - Che obiettivi e finestre in config/ siano quelli del contratto: vanno confrontati.
  - Che la chiave appartenga a chi si crede: va chiesto per un'altra via.
  - Che questo sia l'unico bundle, o l'ultimo, su questo mese: i rapporti portano una revisione.
  - Che le regole siano quelle giuste: sono scritte nel capitolo sul metodo del rapporto; slactl mostra solo che sono
    state seguite.
"""


def readme(made: Made) -> str:
    """The text, the report's first language first."""
    texts = [ITALIAN, ENGLISH] if made.languages[:1] == ("it",) else [ENGLISH, ITALIAN]
    return ("\n" + "-" * 118 + "\n\n").join(
        text.format(
            report_id=made.report_id,
            month=made.month,
            version=made.version,
            at=made.at,
            left_out=made.left_out,
            by_hand=BY_HAND,
            other_keys=OTHER_KEYS,
        )
        for text in texts
    )
