"""Replies that order plainly, however they are typed, and what exactly they order."""

from collections.abc import Callable

import pytest

from mailbot.core.commands import Orders

DIGEST = "digest"
CARD = "card"
FRESH = "fresh"

REPLIES = [
    pytest.param(
        DIGEST, "1,2 and 5 approved. 6 is spam.", "approve 1 2 5; reject 6", id="digest 1 2 and 5 approved 6 is spam"
    ),
    pytest.param(DIGEST, "ok 1, 2 no", "approve 1; reject 2", id="digest ok 1 2 no"),
    pytest.param(DIGEST, "ok 1 3, 6 no", "approve 1 3; reject 6", id="digest ok 1 3 6 no"),
    pytest.param(DIGEST, "1. ok\n2. no\n3. ok", "approve 1 3; reject 2", id="digest 1 ok 2 no 3 ok"),
    pytest.param(
        DIGEST, "1) yes\n2) yes\n6) nope, seo junk", "approve 1 2; reject 6", id="digest 1 yes 2 yes 6 nope seo junk"
    ),
    pytest.param(DIGEST, "1ok 3ok 6no", "approve 1 3; reject 6", id="digest 1ok 3ok 6no"),
    pytest.param(DIGEST, "1️⃣ 👍\n6️⃣ 👎🏿", "approve 1; reject 6", id="digest 1 6"),
    pytest.param(DIGEST, "①③ 批准", "approve 1 3", id="digest ①③ 批准"),
    pytest.param(
        DIGEST, "Approve:\n1\n3\n5\nReject:\n6", "approve 1 3 5; reject 6", id="digest Approve 1 3 5 Reject 6"
    ),
    pytest.param(FRESH, "Could you please add K7Q4?", "approve 1", id="fresh Could you please add K7Q4"),
    pytest.param(
        FRESH,
        "Can you reject V5JZ and approve t9wb, please?",
        "approve 3; reject 6",
        id="fresh Can you reject V5JZ and approve t9wb please",
    ),
    pytest.param(DIGEST, "approve all but 6, please", "approve 1 2 3 4 5", id="digest approve all but 6 please"),
    pytest.param(
        DIGEST, "Everything is fine except 5 and 6.", "approve 1 2 3 4", id="digest Everything is fine except 5 and 6"
    ),
    pytest.param(DIGEST, "All good except 6", "approve 1 2 3 4 5", id="digest All good except 6"),
    pytest.param(
        DIGEST,
        "Hi Ada, 1 and 3 look good to me. Reject the rest.",
        "approve 1 3; reject 2 4 5 6",
        id="digest Hi Ada 1 and 3 look good to me Reject the rest",
    ),
    pytest.param(
        DIGEST, "no to 6, yes to the others", "approve 1 2 3 4 5; reject 6", id="digest no to 6 yes to the others"
    ),
    pytest.param(DIGEST, "I approve numbers 1, 2 & 4.", "approve 1 2 4", id="digest I approve numbers 1 2 4"),
    pytest.param(
        DIGEST,
        "number two ok, number six rejected",
        "approve 2; reject 6",
        id="digest number two ok number six rejected",
    ),
    pytest.param(DIGEST, "Yes to #3; #6: no thanks", "approve 3; reject 6", id="digest Yes to 3 6 no thanks"),
    pytest.param(DIGEST, "hold 4 till next Tuesday", "hold 4", id="digest hold 4 till next Tuesday"),
    pytest.param(
        DIGEST,
        "put 4 on hold until 18 January, they are still voting",
        "hold 4",
        id="digest put 4 on hold until 18 January they are still voting",
    ),
    pytest.param(DIGEST, "4 wait 2 weeks", "hold 4", id="digest 4 wait 2 weeks"),
    pytest.param(DIGEST, "hold 4 for two weeks", "hold 4", id="digest hold 4 for two weeks"),
    pytest.param(
        DIGEST,
        "hold 5 until after their general meeting",
        "hold 5",
        id="digest hold 5 until after their general meeting",
    ),
    pytest.param(DIGEST, "merge 2 into 1", "merge 2", id="digest merge 2 into 1"),
    pytest.param(DIGEST, "rename 4 to Prairie Lantern Books", "edit 4", id="digest rename 4 to Prairie Lantern Books"),
    pytest.param(DIGEST, "edit 4 place: Regina", "edit 4", id="digest edit 4 place Regina"),
    pytest.param(
        DIGEST, "change the name of 4 to: Lantern Books", "edit 4", id="digest change the name of 4 to Lantern Books"
    ),
    pytest.param(DIGEST, "4 website: www.lantern.example", "edit 4", id="digest 4 website www lantern example"),
    pytest.param(DIGEST, "4 name: Lantern / 明燈 / 6 no", "edit 4; reject 6", id="digest 4 name Lantern 明燈 6 no"),
    pytest.param(
        DIGEST,
        "approve 3 and 5, reject 6, hold 4",
        "approve 3 5; hold 4; reject 6",
        id="digest approve 3 and 5 reject 6 hold 4",
    ),
    pytest.param(DIGEST, "undo", "undo", id="digest undo"),
    pytest.param(DIGEST, "undo 3", "undo 3", id="digest undo 3"),
    pytest.param(FRESH, "annuler K7Q4", "undo 1", id="fresh annuler K7Q4"),
    pytest.param(CARD, "LGTM", "approve 1", id="card LGTM"),
    pytest.param(CARD, "Sure, go ahead!", "approve 1", id="card Sure go ahead"),
    pytest.param(CARD, "👎", "reject 1", id="card sign 0x1f44e"),
    pytest.param(CARD, "✅ thanks", "approve 1", id="card thanks"),
    pytest.param(CARD, "No.", "reject 1", id="card No"),
    pytest.param(CARD, "nope - never heard of them", "reject 1", id="card nope never heard of them"),
    pytest.param(DIGEST, "Approve 1 and 3.\n\nBest,\nPriya", "approve 1 3", id="digest Approve 1 and 3 Best Priya"),
    pytest.param(
        DIGEST,
        "thanks for putting this together!\n\n1 2 ok, 6 is advertising",
        "approve 1 2; reject 6",
        id="digest thanks for putting this together 1 2 ok 6 is advertising",
    ),
    pytest.param(DIGEST, "3 ok but anonymous please", "withhold 3", id="digest 3 ok but anonymous please"),
    pytest.param(DIGEST, "withhold 3", "withhold 3", id="digest withhold 3"),
    pytest.param(DIGEST, "note 2: same street as us", "note 2", id="digest note 2 same street as us"),
    pytest.param(DIGEST, "ask 5: are you still a councillor?", "ask 5", id="digest ask 5 are you still a councillor"),
    pytest.param(CARD, "ask them: what is your full name?", "ask 1", id="card ask them what is your full name"),
    pytest.param(
        DIGEST, "oui pour 1, 2 et 4, non pour 6", "approve 1 2 4; reject 6", id="digest oui pour 1 2 et 4 non pour 6"
    ),
    pytest.param(DIGEST, "le 6 est du pourriel", "reject 6", id="digest le 6 est du pourriel"),
    pytest.param(DIGEST, "On accepte le 1, le 3 et le 5", "approve 1 3 5", id="digest On accepte le 1 le 3 et le 5"),
    pytest.param(DIGEST, "Je refuse le 6.", "reject 6", id="digest Je refuse le 6"),
    pytest.param(DIGEST, "Tout sauf 5 et 6 : d'accord", "approve 1 2 3 4", id="digest Tout sauf 5 et 6 d accord"),
    pytest.param(
        DIGEST, "Pourriez-vous ajouter le 2 et le 3 ?", "approve 2 3", id="digest Pourriez vous ajouter le 2 et le 3"
    ),
    pytest.param(
        DIGEST,
        "rejetez le 6, les autres sont acceptés",
        "approve 1 2 3 4 5; reject 6",
        id="digest rejetez le 6 les autres sont acceptés",
    ),
    pytest.param(
        DIGEST, "mettre le 4 en attente jusqu'à vendredi", "hold 4", id="digest mettre le 4 en attente jusqu à vendredi"
    ),
    pytest.param(DIGEST, "renommer 2 : Comité de Saint-Roch", "edit 2", id="digest renommer 2 Comité de Saint Roch"),
    pytest.param(DIGEST, "fusionner 2 avec 1", "merge 2", id="digest fusionner 2 avec 1"),
    pytest.param(DIGEST, "n° 3 ok", "approve 3", id="digest n 3 ok"),
    pytest.param(DIGEST, "3 et 4, c'est bon pour moi", "approve 3 4", id="digest 3 et 4 c est bon pour moi"),
    pytest.param(DIGEST, "請批准1和3，謝謝", "approve 1 3", id="digest 請批准1和3 謝謝"),
    pytest.param(DIGEST, "一號同三號都可以", "approve 1 3", id="digest 一號同三號都可以"),
    pytest.param(DIGEST, "除6外全部通過", "approve 1 2 3 4 5", id="digest 除6外全部通過"),
    pytest.param(DIGEST, "6號係廣告，拒絕", "reject 6", id="digest 6號係廣告 拒絕"),
    pytest.param(DIGEST, "3號同意，6號刪除", "approve 3; reject 6", id="digest 3號同意 6號刪除"),
    pytest.param(DIGEST, "其餘都批准，6不批", "approve 1 2 3 4 5; reject 6", id="digest 其餘都批准 6不批"),
    pytest.param(DIGEST, "把4改名為「草原書店」", "edit 4", id="digest 把4改名為 草原書店"),
    pytest.param(DIGEST, "麻煩幫我通過2同5", "approve 2 5", id="digest 麻煩幫我通過2同5"),
    pytest.param(CARD, "好呀，冇問題", "approve 1", id="card 好呀 冇問題"),
    pytest.param(CARD, "唔批", "reject 1", id="card 唔批"),
    pytest.param(CARD, "沒問題 👍", "approve 1", id="card 沒問題"),
    pytest.param(DIGEST, "4 擱置到下星期三", "hold 4", id="digest 4 擱置到下星期三"),
    pytest.param(DIGEST, "1到3批准", "approve 1 2 3", id="digest 1到3批准"),
    pytest.param(DIGEST, "第一和第三批准", "approve 1 3", id="digest 第一和第三批准"),
    pytest.param(DIGEST, "一三五批准", "approve 1 3 5", id="digest 一三五批准"),
    pytest.param(DIGEST, "2、3号同意，5号不同意", "approve 2 3; reject 5", id="digest 2 3号同意 5号不同意"),
    pytest.param(DIGEST, "请通过全部", "approve 1 2 3 4 5 6", id="digest 请通过全部"),
    pytest.param(DIGEST, "合并2到1", "merge 2", id="digest 合并2到1"),
    pytest.param(FRESH, "批准 K7Q4、T9WB", "approve 1 3", id="fresh 批准 K7Q4 T9WB"),
    pytest.param(FRESH, "搜索 灯笼", "find", id="fresh 搜索 灯笼"),
    pytest.param(DIGEST, "统计", "stats", id="digest 统计"),
    pytest.param(DIGEST, "aide", "help", id="digest aide"),
    pytest.param(DIGEST, "Doctor, please", "doctor", id="digest Doctor please"),
    pytest.param(FRESH, "PUBLISH", "publish", id="fresh PUBLISH"),
    pytest.param(FRESH, "pause", "pause", id="fresh pause"),
    pytest.param(FRESH, "繼續", "resume", id="fresh 繼續"),
    pytest.param(FRESH, "list please", "list", id="fresh list please"),
    pytest.param(DIGEST, "show 3", "show 3", id="digest show 3"),
    pytest.param(FRESH, "montrer k7q4", "show 1", id="fresh montrer k7q4"),
    pytest.param(CARD, "yes I know them well", "approve 1", id="card yes I know them well"),
    pytest.param(
        DIGEST,
        "ok 1 (Maple Ridge), no 6 (link spam)",
        "approve 1; reject 6",
        id="digest ok 1 Maple Ridge no 6 link spam",
    ),
    pytest.param(
        DIGEST, "1 (Maple Ridge) ok\n6 (SEO) no", "approve 1; reject 6", id="digest 1 Maple Ridge ok 6 SEO no"
    ),
    pytest.param(DIGEST, "2 duplicate of 1", "reject 2", id="digest 2 duplicate of 1"),
    pytest.param(DIGEST, "ok 1/3/5", "approve 1 3 5", id="digest ok 1 3 5"),
    pytest.param(DIGEST, "approve 1-5 except 3", "approve 1 2 4 5", id="digest approve 1 5 except 3"),
    pytest.param(DIGEST, "don't approve 3. 4 is ok", "approve 4", id="digest don t approve 3 4 is ok"),
    pytest.param(CARD, "批准一下", "approve 1", id="card 批准一下"),
    pytest.param(DIGEST, "all ok\ndon't approve 6", "approve 1 2 3 4 5", id="digest all ok don t approve 6"),
    pytest.param(DIGEST, "all ok but not 6", "approve 1 2 3 4 5", id="digest all ok but not 6"),
    pytest.param(DIGEST, "ok all, not sure about 5", "approve 1 2 3 4 6", id="digest ok all not sure about 5"),
    pytest.param(
        DIGEST, "approve 1 and 3, I'll check 4 tonight", "approve 1 3", id="digest approve 1 and 3 I ll check 4 tonight"
    ),
    pytest.param(
        DIGEST,
        "approve 3, I met 2 or 3 of them at the rally",
        "approve 3",
        id="digest approve 3 I met 2 or 3 of them at the rally",
    ),
    pytest.param(DIGEST, "reject 6, I think it's spam", "reject 6", id="digest reject 6 I think it s spam"),
    pytest.param(DIGEST, "no 2, we had them before", "reject 2", id="digest no 2 we had them before"),
    pytest.param(DIGEST, "ok 1 3 but not 4", "approve 1 3", id="digest ok 1 3 but not 4"),
    pytest.param(DIGEST, "Approve 3 / 6 spam", "approve 3; reject 6", id="digest Approve 3 6 spam"),
    pytest.param(
        DIGEST,
        "Hello,\n\nI've gone through the list this morning. 1, 2 and 3: approve. 4: hold until Friday, I want to ring them. 5: not sure. 6: reject, spam.\n\nLorraine",
        "approve 1 2 3; hold 4; reject 6",
        id="digest Hello I ve gone through the list this morning 1 2 and 3 appr",
    ),
    pytest.param(
        DIGEST,
        "Yes for 1 and 2\nNo for 6 (it's an ad)\n",
        "approve 1 2; reject 6",
        id="digest Yes for 1 and 2 No for 6 it s an ad",
    ),
    pytest.param(
        DIGEST,
        "1: yes\n2: yes\n3: yes\n4: ask them which city\n",
        "approve 1 2 3; ask 4",
        id="digest 1 yes 2 yes 3 yes 4 ask them which city",
    ),
    pytest.param(DIGEST, "approved: 1, 4", "approve 1 4", id="digest approved 1 4"),
    pytest.param(FRESH, "K7Q4 ok, V5JZ no", "approve 1; reject 6", id="fresh K7Q4 ok V5JZ no"),
    pytest.param(FRESH, "ok k7q4, t9wb and zz9z", "approve 1 3 ZZ9Z", id="fresh ok k7q4 t9wb and zz9z"),
    pytest.param(DIGEST, "Go ahead with 1 & 3.", "approve 1 3", id="digest Go ahead with 1 3"),
    pytest.param(DIGEST, "6 = spam", "reject 6", id="digest 6 spam"),
    pytest.param(DIGEST, "1 👍 2 👍 6 👎", "approve 1 2; reject 6", id="digest 1 2 6"),
    pytest.param(DIGEST, "👍 1 2 3\n👎 6", "approve 1 2 3; reject 6", id="digest 1 2 3 6"),
    pytest.param(DIGEST, "yes to all except number 6", "approve 1 2 3 4 5", id="digest yes to all except number 6"),
    pytest.param(DIGEST, "OK to all!!", "approve 1 2 3 4 5 6", id="digest OK to all"),
    pytest.param(DIGEST, "Approve them all please", "approve 1 2 3 4 5 6", id="digest Approve them all please"),
    pytest.param(DIGEST, "all approved", "approve 1 2 3 4 5 6", id="digest all approved"),
    pytest.param(DIGEST, "All approved, thank you Ada", "approve 1 2 3 4 5 6", id="digest All approved thank you Ada"),
    pytest.param(
        DIGEST,
        "Approve everything apart from no. 6.",
        "approve 1 2 3 4 5",
        id="digest Approve everything apart from no 6",
    ),
    pytest.param(DIGEST, "No to 6 and 5. Rest ok.", "approve 1 2 3 4; reject 5 6", id="digest No to 6 and 5 Rest ok"),
    pytest.param(
        DIGEST,
        "No to 6 and 5. The rest are ok.",
        "approve 1 2 3 4; reject 5 6",
        id="digest No to 6 and 5 The rest are ok",
    ),
    pytest.param(DIGEST, "6 no\nothers ok", "approve 1 2 3 4 5; reject 6", id="digest 6 no others ok"),
    pytest.param(DIGEST, "I'm happy with 1, 2, 3 and 4", "approve 1 2 3 4", id="digest I m happy with 1 2 3 and 4"),
    pytest.param(DIGEST, "These are fine: 1, 2, 3", "approve 1 2 3", id="digest These are fine 1 2 3"),
    pytest.param(DIGEST, "2 is a duplicate, reject", "reject 2", id="digest 2 is a duplicate reject"),
    pytest.param(
        DIGEST,
        "Kindly approve 2 at your earliest convenience",
        "approve 2",
        id="digest Kindly approve 2 at your earliest convenience",
    ),
    pytest.param(DIGEST, "Approve 5 - he confirmed by phone", "approve 5", id="digest Approve 5 he confirmed by phone"),
    pytest.param(
        DIGEST, "Approve 5, I know Dr. Gill personally.", "approve 5", id="digest Approve 5 I know Dr Gill personally"
    ),
    pytest.param(DIGEST, "approve 5. Not 6.", "approve 5", id="digest approve 5 Not 6"),
    pytest.param(
        DIGEST,
        "Approve 1. As for 6, absolutely not.",
        "approve 1; reject 6",
        id="digest Approve 1 As for 6 absolutely not",
    ),
    pytest.param(CARD, "Yes!!!", "approve 1", id="card Yes"),
    pytest.param(CARD, "yes yes yes", "approve 1", id="card yes yes yes"),
    pytest.param(CARD, "OK 👍🏽", "approve 1", id="card OK"),
    pytest.param(CARD, "Approved.", "approve 1", id="card Approved"),
    pytest.param(CARD, "approve it", "approve 1", id="card approve it"),
    pytest.param(CARD, "Please approve this one, thanks", "approve 1", id="card Please approve this one thanks"),
    pytest.param(CARD, "That's fine by me", "approve 1", id="card That s fine by me"),
    pytest.param(CARD, "I approve this", "approve 1", id="card I approve this"),
    pytest.param(CARD, "Fine with me.", "approve 1", id="card Fine with me"),
    pytest.param(CARD, "Looks good!", "approve 1", id="card Looks good"),
    pytest.param(CARD, "Looks good to me, thanks Ada", "approve 1", id="card Looks good to me thanks Ada"),
    pytest.param(CARD, "Absolutely! Glad to have them.", "approve 1", id="card Absolutely Glad to have them"),
    pytest.param(CARD, "no thanks", "reject 1", id="card no thanks"),
    pytest.param(CARD, "No, this is spam.", "reject 1", id="card No this is spam"),
    pytest.param(CARD, "reject, wrong letter", "reject 1", id="card reject wrong letter"),
    pytest.param(
        CARD,
        "Please decline: they signed last week under another name",
        "reject 1",
        id="card Please decline they signed last week under another name",
    ),
    pytest.param(CARD, "hold for a week", "hold 1", id="card hold for a week"),
    pytest.param(CARD, "Hold please", "hold 1", id="card Hold please"),
    pytest.param(CARD, "keep this for Wednesday", "hold 1", id="card keep this for Wednesday"),
    pytest.param(CARD, "wait until after Monday's meeting", "hold 1", id="card wait until after Monday s meeting"),
    pytest.param(CARD, "Name: Maple Ridge Friends\nok", "approve 1; edit 1", id="card Name Maple Ridge Friends ok"),
    pytest.param(CARD, "place: Surrey, BC", "edit 1", id="card place Surrey BC"),
    pytest.param(CARD, "Title: Councillor, Ward 3", "edit 1", id="card Title Councillor Ward 3"),
    pytest.param(FRESH, "K7Q4 name: New Name Society", "edit 1", id="fresh K7Q4 name New Name Society"),
    pytest.param(CARD, "note: met them in June, ok people", "note 1", id="card note met them in June ok people"),
    pytest.param(CARD, "ask: who is your chair?", "ask 1", id="card ask who is your chair"),
    pytest.param(CARD, "Thanks Ada! Ok.", "approve 1", id="card Thanks Ada Ok"),
    pytest.param(CARD, "Hi Ada, yes.", "approve 1", id="card Hi Ada yes"),
    pytest.param(
        CARD,
        "Sounds good, thanks!\n\nBen Tran\nNo Borders Legal\n12 Yes Street",
        "approve 1",
        id="card Sounds good thanks Ben Tran No Borders Legal 12 Yes Street",
    ),
    pytest.param(CARD, "Oui, parfait !", "approve 1", id="card Oui parfait"),
    pytest.param(CARD, "Je suis d'accord.", "approve 1", id="card Je suis d accord"),
    pytest.param(CARD, "Ok pour moi", "approve 1", id="card Ok pour moi"),
    pytest.param(CARD, "C'est bon", "approve 1", id="card C est bon"),
    pytest.param(CARD, "Non merci.", "reject 1", id="card Non merci"),
    pytest.param(CARD, "À refuser, svp", "reject 1", id="card À refuser svp"),
    pytest.param(CARD, "Refusé - pourriel", "reject 1", id="card Refusé pourriel"),
    pytest.param(CARD, "Attendre jusqu'au 20 janvier", "hold 1", id="card Attendre jusqu au 20 janvier"),
    pytest.param(CARD, "C'est un doublon", "reject 1", id="card C est un doublon"),
    pytest.param(
        DIGEST,
        "Approuvez le 1 et le 3, refusez le 6 (pourriel) et gardez le 4 pour vendredi.",
        "approve 1 3; hold 4; reject 6",
        id="digest Approuvez le 1 et le 3 refusez le 6 pourriel et gardez le 4",
    ),
    pytest.param(DIGEST, "Tout est bon sauf le 6", "approve 1 2 3 4 5", id="digest Tout est bon sauf le 6"),
    pytest.param(DIGEST, "J'accepte tout sauf 6", "approve 1 2 3 4 5", id="digest J accepte tout sauf 6"),
    pytest.param(DIGEST, "1, 2, 3 acceptés; 6 refusé", "approve 1 2 3; reject 6", id="digest 1 2 3 acceptés 6 refusé"),
    pytest.param(DIGEST, "le 3 : oui, le 6 : non", "approve 3; reject 6", id="digest le 3 oui le 6 non"),
    pytest.param(DIGEST, "Oui au 3 et au 4", "approve 3 4", id="digest Oui au 3 et au 4"),
    pytest.param(DIGEST, "Qui est le 5 ? Le 1 est ok.", "approve 1", id="digest Qui est le 5 Le 1 est ok"),
    pytest.param(
        DIGEST, "accepter 1 à 3, le reste non", "approve 1 2 3; reject 4 5 6", id="digest accepter 1 à 3 le reste non"
    ),
    pytest.param(DIGEST, "demandez au 4 : quelle ville ?", "ask 4", id="digest demandez au 4 quelle ville"),
    pytest.param(DIGEST, "nom du 4 : Librairie", "edit 4", id="digest nom du 4 Librairie"),
    pytest.param(DIGEST, "2 : doublon du 1", "reject 2", id="digest 2 doublon du 1"),
    pytest.param(DIGEST, "3 anonyme", "withhold 3", id="digest 3 anonyme"),
    pytest.param(CARD, "批准", "approve 1", id="card 批准"),
    pytest.param(CARD, "同意，謝謝", "approve 1", id="card 同意 謝謝"),
    pytest.param(CARD, "好", "approve 1", id="card 好"),
    pytest.param(CARD, "可以", "approve 1", id="card 可以"),
    pytest.param(CARD, "通過！", "approve 1", id="card 通過"),
    pytest.param(CARD, "冇問題，批", "approve 1", id="card 冇問題 批"),
    pytest.param(CARD, "不同意", "reject 1", id="card 不同意"),
    pytest.param(CARD, "拒絕，唔識佢哋", "reject 1", id="card 拒絕 唔識佢哋"),
    pytest.param(CARD, "等到星期三", "hold 1", id="card 等到星期三"),
    pytest.param(CARD, "名稱：楓樹嶺香港之友社", "edit 1", id="card 名稱 楓樹嶺香港之友社"),
    pytest.param(
        DIGEST, "1、2、3批准；4、5保留；6拒絕", "approve 1 2 3; hold 4 5; reject 6", id="digest 1 2 3批准 4 5保留 6拒絕"
    ),
    pytest.param(DIGEST, "1 2 3 OK，6 唔OK", "approve 1 2 3", id="digest 1 2 3 OK 6 唔OK"),
    pytest.param(DIGEST, "全部OK", "approve 1 2 3 4 5 6", id="digest 全部OK"),
    pytest.param(DIGEST, "除咗6，其他都可以", "approve 1 2 3 4 5", id="digest 除咗6 其他都可以"),
    pytest.param(DIGEST, "二號和四號同意，五號待定", "approve 2 4; hold 5", id="digest 二號和四號同意 五號待定"),
    pytest.param(DIGEST, "請問3號是誰？1號批准。", "approve 1", id="digest 請問3號是誰 1號批准"),
    pytest.param(DIGEST, "备注3：已联系", "note 3", id="digest 备注3 已联系"),
    pytest.param(DIGEST, "问 4：在哪个城市？", "ask 4", id="digest 问 4 在哪个城市"),
    pytest.param(DIGEST, "第3号拒绝，理由是重复", "reject 3", id="digest 第3号拒绝 理由是重复"),
    pytest.param(DIGEST, "所有都批准", "approve 1 2 3 4 5 6", id="digest 所有都批准"),
    pytest.param(DIGEST, "全部拒絕", "reject 1 2 3 4 5 6", id="digest 全部拒絕"),
    pytest.param(DIGEST, "匿名通過3", "withhold 3", id="digest 匿名通過3"),
    pytest.param(DIGEST, "撤銷3", "undo 3", id="digest 撤銷3"),
    pytest.param(DIGEST, "3号等下周三再说", "hold 3", id="digest 3号等下周三再说"),
    pytest.param(DIGEST, "ok 1 3 5 and 9", "approve 1 3 5", id="digest ok 1 3 5 and 9"),
    pytest.param(DIGEST, "其他都可以，6除外", "approve 1 2 3 4 5", id="digest 其他都可以 6除外"),
    pytest.param(DIGEST, "approve all 6", "approve 1 2 3 4 5 6", id="digest approve all 6"),
]


@pytest.mark.parametrize(("letter", "body", "ordered"), REPLIES)
def test_a_plain_order_is_read_and_nothing_else(
    read_reply: Callable[..., Orders], shortly: Callable[[Orders], str], letter: str, body: str, ordered: str
) -> None:
    assert shortly(read_reply(letter, body)) == ordered


@pytest.mark.parametrize(("letter", "body", "ordered"), REPLIES)
def test_line_ends_of_other_systems_change_nothing(
    read_reply: Callable[..., Orders], shortly: Callable[[Orders], str], letter: str, body: str, ordered: str
) -> None:
    assert shortly(read_reply(letter, body.replace("\n", "\r\n"))) == ordered
