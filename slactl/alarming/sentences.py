"""What alarms say of themselves, in the report's language.

The one rule: a sentence is written in English where it is made and found here in Italian by it; names, units and
figures are the same in both, so that a language changes descriptions and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

ITALIAN: Mapping[str, str] = {
    # Who is asked
    "Owner: {whom}.": "Responsabile: {whom}.",
    "Runbook: {whom}.": "Runbook: {whom}.",
    # Composites
    "A part of what rings {name}.": "Una parte di ciò che fa suonare {name}.",
    "Rings when one of {count} alarms does, each pair of windows as one.": (
        "Suona quando lo fa uno di {count} allarmi, ogni coppia di finestre come uno solo."
    ),
    "The alarms behind it say what each means for the budget.": (
        "Gli allarmi che vi stanno dietro dicono che cosa ciascuno significa per il margine."
    ),
    # Burn rates
    "Rings when {share} of the requests of {window} failed (the same over {other} must hold too).": (
        "Suona quando le richieste fallite in {window} raggiungono {share} del totale "
        "(lo stesso deve valere su {other})."
    ),
    "Rings when {share} of the requests of {window}, at least {least} of them, failed "
    "(the same over {other} must hold too).": (
        "Suona quando le richieste fallite in {window}, {least} o più, raggiungono {share} del totale "
        "(lo stesso deve valere su {other})."
    ),
    "Rings when {share} of the requests of {window} were not under the threshold "
    "(the same over {other} must hold too).": (
        "Suona quando le richieste non sotto la soglia in {window} raggiungono {share} del totale "
        "(lo stesso deve valere su {other})."
    ),
    "Rings when {share} of the requests of {window}, at least {least} of them, were not under the threshold "
    "(the same over {other} must hold too).": (
        "Suona quando le richieste non sotto la soglia in {window}, {least} o più, raggiungono {share} del totale "
        "(lo stesso deve valere su {other})."
    ),
    "That spends {share} of the budget of a 30-day month in {window}.": (
        "In {window} consuma {share} del margine di un mese di 30 giorni."
    ),
    # Entries over any metric
    "Rings when what is bad in {window}, {least} or more, reaches {share} of the whole (the same over {other} must "
    "hold too).": (
        "Suona quando ciò che è difettoso in {window}, {least} o più, raggiunge {share} del totale (lo stesso deve "
        "valere su {other})."
    ),
    "Rings when more than {share} of the values of {window}, {least} or more of them, miss the limit.": (
        "Suona quando più di {share} dei valori di {window}, {least} o più, mancano il limite."
    ),
    "Rings when the {stat} of {window} misses the goal.": "Suona quando {stat} su {window} manca l'obiettivo.",
    # Slices
    "Rings when {down} of the last {last} slices of {window} were down: more than {share} failed of {enough} requests "
    "or more.": (
        "Suona quando {down} degli ultimi {last} intervalli di {window} sono stati di disservizio: più di {share} di "
        "richieste fallite, su {enough} o più."
    ),
    "Rings when {down} of the last {last} slices of {window} were down: at least {share} failed of {enough} requests "
    "or more.": (
        "Suona quando {down} degli ultimi {last} intervalli di {window} sono stati di disservizio: almeno {share} di "
        "richieste fallite, su {enough} o più."
    ),
    "Nothing may be down.": "Non è ammesso alcun disservizio.",
    "So much downtime spends {share} of the budget of a 30-day month.": (
        "Un disservizio simile consuma {share} del margine di un mese di 30 giorni."
    ),
    # Days
    "Rings when more than {share} of the requests of a day ({zone}) were bad.": (
        "Suona quando le richieste non conformi di un giorno ({zone}) superano {share} del totale."
    ),
    "Rings when at least {share} of the requests of a day ({zone}) were bad.": (
        "Suona quando le richieste non conformi di un giorno ({zone}) raggiungono {share} del totale."
    ),
    "A day at this rate spends {share} of the budget of a 30-day month, or more.": (
        "Un giorno a questo ritmo consuma almeno {share} del margine di un mese di 30 giorni."
    ),
    # Endpoints
    "Rings when more than {share} of the requests of {operation} in {window} were bad, {least} of them or more.": (
        "Suona quando le richieste non conformi di {operation} in {window}, {least} o più, superano {share} del totale."
    ),
    "Rings when at least {share} of the requests of {operation} in {window} were bad, {least} of them or more.": (
        "Suona quando le richieste non conformi di {operation} in {window}, {least} o più, raggiungono {share} del "
        "totale."
    ),
    "It misses its goal over {window}.": "Manca il suo obiettivo su {window}.",
    "Rings when any endpoint had {least} server errors or more in {window}. Only the busiest {top} have an alarm of "
    "their own. It counts: it knows no shares and no client errors, sees what the agreement ignores too, looks at 500 "
    "endpoints at most, and an endpoint that falls silent counts as well again.": (
        "Suona quando un endpoint ha avuto almeno {least} errori del server in {window}. Solo i {top} più usati hanno "
        "un allarme proprio. Conta: non conosce quote né errori dei client, vede anche ciò che l'accordo ignora, "
        "guarda al massimo 500 endpoint, e un endpoint che tace torna a valere come sano."
    ),
    "The report judges each of them by its share.": "Il rapporto giudica ciascuno per la sua quota.",
    # Budgets
    "Rings when less than {share} of the month's budget is left, or when slactl check --publish told nothing of it for "
    "{window}: it did not run, or the figure is INSUFFICIENT_DATA.": (
        "Suona quando del margine del mese resta meno di {share}, o quando slactl check --publish non ne dice nulla "
        "da {window}: non è stato eseguito, o il valore è INSUFFICIENT_DATA."
    ),
    "Rings when less than {share} of the year's budget is left, or when slactl check --publish told nothing of it for "
    "{window}: it did not run, or the figure is INSUFFICIENT_DATA.": (
        "Suona quando del margine dell'anno resta meno di {share}, o quando slactl check --publish non ne dice nulla "
        "da {window}: non è stato eseguito, o il valore è INSUFFICIENT_DATA."
    ),
    "A figure that is unknown may hide a month's budget that is gone: slactl explain names the gap that decides, "
    "slactl collect reads what CloudWatch still has.": (
        "Un valore ignoto può nascondere un margine del mese esaurito: slactl explain nomina la lacuna che decide, "
        "slactl collect legge ciò che CloudWatch ha ancora."
    ),
    "A figure that is unknown may hide a year's budget that is gone: slactl explain names the gap that decides, "
    "slactl collect reads what CloudWatch still has.": (
        "Un valore ignoto può nascondere un margine dell'anno esaurito: slactl explain nomina la lacuna che decide, "
        "slactl collect legge ciò che CloudWatch ha ancora."
    ),
    "Rings when slactl check --publish tells that the month's budget is gone.": (
        "Suona quando slactl check --publish dice che il margine del mese è esaurito."
    ),
    "Rings when slactl check --publish tells that the year's budget is gone.": (
        "Suona quando slactl check --publish dice che il margine dell'anno è esaurito."
    ),
    "Whatever fails until the month ends is past what was promised.": (
        "Ciò che fallisce fino alla fine del mese va oltre quanto promesso."
    ),
    "Whatever fails until the year ends is past what was promised.": (
        "Ciò che fallisce fino alla fine dell'anno va oltre quanto promesso."
    ),
    # Silence
    "Rings when there was no request for {window}, where the last four weeks promise {least} or more.": (
        "Suona quando non c'è stata alcuna richiesta per {window}, dove le ultime quattro settimane ne promettono "
        "almeno {least}."
    ),
    "Silence may be the worst of outages.": "Il silenzio può essere il peggiore dei disservizi.",
    "Rings when slactl check --publish told in {window} that it is broken, or that nobody can judge it.": (
        "Suona quando nelle ultime {window} slactl check --publish ha detto che non è rispettato, o che nessuno può "
        "giudicarlo."
    ),
    "slactl explain tells why; the month's report will tell it too.": (
        "slactl explain ne dice il motivo; lo dirà anche il rapporto del mese."
    ),
    "Rings when slactl check --publish did not run for {window}.": (
        "Suona quando slactl check --publish non viene eseguito da {window}."
    ),
    "Until it runs again, nobody watches the budgets.": "Finché non riprende, nessuno sorveglia i margini.",
    # Thresholds
    "Rings when the share of fast requests missed the goal in {slow} of the last {last} stretches of {window}.": (
        "Suona quando la quota di richieste veloci ha mancato l'obiettivo in {slow} degli ultimi {last} tratti di "
        "{window}."
    ),
    "Rings when the {stat} missed the goal in {slow} of the last {last} stretches of {window}.": (
        "Suona quando {stat} ha mancato l'obiettivo in {slow} degli ultimi {last} tratti di {window}."
    ),
    "No request may be over the limit.": "Nessuna richiesta può superare il limite.",
    "More requests are over the limit than the {share} that may be; {window} of that spend {spent} of the budget of a "
    "30-day month, or more.": (
        "Supera il limite più del {share} di richieste ammesso; {window} così consumano almeno il {spent} del margine "
        "di un mese di 30 giorni."
    ),
    # Native SLOs
    "Made by slactl.": "Creato da slactl.",
}
"""The Italian of each sentence by its English."""
