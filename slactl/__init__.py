"""slactl tells whether a platform kept its promises.

The house, top to bottom; imports go downwards only::

    cli                                          prints, asks, exits, reads the environment and the clock
    configuration sources evidence formats sandbox   one door each to a stranger
    aws                                          builds boto3 clients, translates failures once
    workflows                                    the stories: report, discover, doctor
    compliance reading alarming ports            pure rules, and what the world must offer
    model                                        the nouns
"""

__version__ = "0.1.0"
