"""`mailbot rotate-key`: a new key for the letters to come, told without a word of any secret."""

from mailbot.app import Campaign
from mailbot.keys import rotate_keys


def rotate(campaign: Campaign, keep: int | None) -> str:
    """One sentence of what was done. `keep` is for how many days the letters that are out still count; unless
    told, as long as the youngest of them would have anyway. A running worker takes the new key by itself.

    Raises ConfigurationError.
    """
    days = campaign.rulebook.thresholds.token_days if keep is None else keep
    rotated = rotate_keys(campaign.key_file, today=campaign.clock().date(), days=days)
    if not days and campaign.settings.database.startswith("postgresql"):
        from mailbot.verbs.worker import another_key

        another_key(campaign)
    now = f"Letters are sealed with key {rotated.current.id} from now on."
    if not rotated.former:
        return f"{now} No answer to a letter that is out proves anything any more."
    return f"{now} Letters that are out can be answered until {rotated.former[0].until.isoformat()}."
