/// ISO 3166-1 in the table of reference destinations/geo-normalization, 7.
enum CountryTable {
    /// `alpha-2 alpha-3 folded names…`, one country up to each semicolon.
    private static let text = """
        ad and andorra; ae are uae unitedarabemirates; af afg afghanistan; ag atg antiguaandbarbuda;
        ai aia anguilla; al alb albania; am arm armenia; ao ago angola; aq ata antarctica; ar arg argentina;
        as asm americansamoa; at aut austria osterreich; au aus australia; aw abw aruba; ax ala alandislands;
        az aze azerbaijan; ba bih bosniaandherzegovina; bb brb barbados; bd bgd bangladesh;
        be bel belgie belgique belgium; bf bfa burkinafaso; bg bgr bulgaria; bh bhr bahrain; bi bdi burundi;
        bj ben benin; bl blm saintbarthelemy; bm bmu bermuda; bn brn brunei bruneidarussalam;
        bo bol bolivia boliviaplurinationalstateof; bq bes bonairesinteustatinsandsaba bonairesinteustatiusandsaba;
        br bra brasil brazil; bs bhs bahamas thebahamas; bt btn bhutan; bv bvt bouvetisland; bw bwa botswana;
        by blr belarus; bz blz belize; ca can canada; cc cck cocoskeelingislands;
        cd cod congothedemocraticrepublicofthe democraticrepublicofthecongo drc; cf caf centralafricanrepublic;
        cg cog congo republicofthecongo; ch che schweiz switzerland; ci civ cotedivoire ivorycoast;
        ck cok cookislands; cl chl chile; cm cmr cameroon; cn chn china; co col colombia; cr cri costarica;
        cu cub cuba; cv cpv caboverde capeverde; cw cuw curacao; cx cxr christmasisland; cy cyp cyprus;
        cz cze czechia czechrepublic; de deu deutschland germany; dj dji djibouti; dk dnk danmark denmark;
        dm dma dominica; do dom dominicanrepublic; dz dza algeria; ec ecu ecuador; ee est estonia; eg egy egypt;
        eh esh westernsahara; er eri eritrea; es esp espana spain; et eth ethiopia; fi fin finland suomi;
        fj fji fiji; fk flk falklandislandsmalvinas; fm fsm micronesia micronesiafederatedstatesof;
        fo fro faroeislands; fr fra france; ga gab gabon;
        gb gbr britain england greatbritain northernireland scotland unitedkingdom wales; gd grd grenada;
        ge geo georgia; gf guf frenchguiana; gg ggy guernsey; gh gha ghana; gi gib gibraltar; gl grl greenland;
        gm gmb gambia thegambia; gn gin guinea; gp glp guadeloupe; gq gnq equatorialguinea; gr grc greece;
        gs sgs southgeorgiaandthesouthsandwichislands; gt gtm guatemala; gu gum guam; gw gnb guineabissau;
        gy guy guyana; hk hkg hongkong; hm hmd heardislandandmcdonaldislands; hn hnd honduras; hr hrv croatia;
        ht hti haiti; hu hun hungary; id idn indonesia; ie irl ireland republicofireland; il isr israel;
        im imn isleofman; in ind ind india; io iot britishindianoceanterritory; iq irq iraq;
        ir irn iran iranislamicrepublicof; is isl iceland; it ita italia italy; je jey jersey; jm jam jamaica;
        jo jor jordan; jp jpn japan; ke ken kenya; kg kgz kyrgyzstan; kh khm cambodia; ki kir kiribati;
        km com comoros; kn kna saintkittsandnevis; kp prk koreademocraticpeoplesrepublicof northkorea;
        kr kor korea korearepublicof republicofkorea southkorea; kw kwt kuwait; ky cym caymanislands;
        kz kaz kazakhstan; la lao laopeoplesdemocraticrepublic laos; lb lbn lebanon; lc lca saintlucia;
        li lie liechtenstein; lk lka srilanka; lr lbr liberia; ls lso lesotho; lt ltu lithuania; lu lux luxembourg;
        lv lva latvia; ly lby libya; ma mar morocco; mc mco monaco; md mda moldova moldovarepublicof;
        me mne montenegro; mf maf saintmartinfrenchpart; mg mdg madagascar; mh mhl marshallislands;
        mk mkd macedonia macedoniatheformeryugoslavrepublicof northmacedonia; ml mli mali; mm mmr burma myanmar;
        mn mng mongolia; mo mac macao macau; mp mnp northernmarianaislands; mq mtq martinique; mr mrt mauritania;
        ms msr montserrat; mt mlt malta; mu mus mauritius; mv mdv maldives; mw mwi malawi; mx mex mexico;
        my mys malaysia; mz moz mozambique; na nam namibia; nc ncl newcaledonia; ne ner niger; nf nfk norfolkisland;
        ng nga nigeria; ni nic nicaragua; nl nld holland netherlands thenetherlands; no nor norge norway;
        np npl nepal; nr nru nauru; nu niu niue; nz nzl newzealand; om omn oman; pa pan panama; pe per peru;
        pf pyf frenchpolynesia; pg png papuanewguinea; ph phl philippines; pk pak pakistan; pl pol poland polska;
        pm spm saintpierreandmiquelon; pn pcn pitcairn; pr pri puertorico; ps pse palestine palestinestateof;
        pt prt portugal; pw plw palau; py pry paraguay; qa qat qatar; re reu reunion; ro rou romania; rs srb serbia;
        ru rus russia russianfederation; rw rwa rwanda; sa sau saudiarabia; sb slb solomonislands;
        sc syc seychelles; sd sdn sudan; se swe sverige sweden; sg sgp singapore;
        sh shn sainthelenaascensionandtristandacunha; si svn slovenia; sj sjm svalbardandjanmayen; sk svk slovakia;
        sl sle sierraleone; sm smr sanmarino; sn sen senegal; so som somalia; sr sur suriname; ss ssd southsudan;
        st stp saotomeandprincipe; sv slv elsalvador; sx sxm sintmaartenductchpart sintmaartendutchpart;
        sy syr syria syrianarabrepublic; sz swz eswatini swaziland; tc tca turksandcaicosislands; td tcd chad;
        tf atf frenchsouthernterritories; tg tgo togo; th tha thailand; tj tjk tajikistan; tk tkl tokelau;
        tl tls easttimor timorleste; tm tkm turkmenistan; tn tun tunisia; to ton tonga; tr tur turkey turkiye;
        tt tto trinidadandtobago; tv tuv tuvalu; tw twn taiwan taiwanprovinceofchina;
        tz tza tanzania tanzaniaunitedrepublicof; ua ukr ukraine; ug uga uganda;
        um umi unitedstatesminoroutlyingislands; us usa america unitedstates unitedstatesofamerica usa;
        uy ury uruguay; uz uzb uzbekistan; va vat holyseevaticancitystate vatican vaticancity;
        vc vct saintvincentandthegrenadines; ve ven venezuela venezuelabolivarianrepublicof;
        vg vgb virginislandsbritish; vi vir virginislandsus; vn vnm vietnam; vu vut vanuatu; wf wlf wallisandfutuna;
        ws wsm samoa; xk xkx kosovo; ye yem yemen; yt myt mayotte; za zaf southafrica; zm zmb zambia;
        zw zwe zimbabwe;
        """

    /// For each pair of letters whether it is a country, by ``CountryCode/index``.
    static let isCountry: [Bool] = {
        var flags = [Bool](repeating: false, count: CountryCode.indexCount)
        for row in rows { flags[row.code.index] = true }
        return flags
    }()

    /// Countries by alpha-3 code and by folded name.
    static let byName: [String: CountryCode] = {
        var table: [String: CountryCode] = [:]
        for row in rows {
            for name in row.names { table[name] = row.code }
        }
        return table
    }()

    private static var rows: [(code: CountryCode, names: [String])] {
        text.split(separator: ";").compactMap { row in
            let words = row.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let code = CountryCode(letters: first.utf8) else { return nil }
            return (code, words.dropFirst().map(String.init))
        }
    }
}
