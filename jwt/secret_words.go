package jwt

import "strings"

// secretWords are words that people build secrets from, in English and a few in
// other languages. The list need not be long: letterPairs knows what further
// words look like.
var secretWords = strings.Fields(`
about access account action active actual add address admin administrator after again agent algorithm
all alpha also always and android angular animal another answer any apache api app apple application april
are asdf ask assert async asymmetric attack august auth authenticate authentication author authorization authorize autumn away
back backend backup bank base base64 battery bear beat because before best beta better between big bit bits black
blog blue board body book boot both bottom box boy bread break bridge bring brown browser build building but button bytes
cache call can cannot car card case cat cert certificate chain change changed changeit changeme changethis char character characters chat check chicken child
choose cipher city class clean clear client clock close cloud code coffee cold college color column com come commerce common company complete computer
config configuration connect console contact content control cookie cool copy core correct could count country course crash create credential
crypt crypto cryptographic current custom customer dance danger dark dash dashboard data database date day days debug december decode deep default define delete demo deploy
dev develop developer development device dict digest digit django docker document does dog domain done dont door down dragon dream drive during
each early east easy edge eight elephant else email embed empty encode encrypt encrypted encryption end energy engine english enough enter enterprise entropy env
environment error even event ever every example expire expires express extra extremely face fact factory fake family fast fastapi february feel few field fight file final finance find fire first five fix
flask follow food football for force forever forget form forum forward foundation four fox free fresh friday friend from front frontend full function future
game garden gate gateway general generate generated generator get ghost girl github give global goes gold golden good google graph great green ground group grow guest guide
hacker half hand handle happy hard has hash hashing have head header heart heavy hello help here hex hidden high hmac hold holiday home honey horse host hot hotel hour hours house how however hs256 hs384 hs512 http https human hundred
idea identity image import important inside insecure instead integer interface internal internet into iphone island issue issuer item its
january java javascript jazz job join json july jump june just jwt jwts keep key keyboard keys kid kind king kitchen kitten know
label lake language large last later laugh lazy learn least left legal length less let letmein letter letters level library life light like line linux lion list little live local localhost lock log logger login logout
long longer look lord lost lots love lucky machine magic mail main make man manage manager management many march market master match matter max may maybe mean media meet member memory message metal method metro
micro microservice middle midnight might mind minimum minute minutes missing mix mobile mock mode model modern module monday money mongo monkey month moon more morning most mother mountain mouse move movie much music must my mysecret myself mysql
name nation native nature near need nest nestjs network never new news next nginx nice night nine nobody node none north not note nothing november now null number numbers
object ocean october odd off office often okay old once one online only open option orange order orders origin other our out over own owner
page paint pair panda paper parameter parent park part party pass passphrase passwd password passwords past path pattern pay payload payment peace people pepper perfect person phone photo php phrase picture pink pizza place
plain planet plant platform play player please point policy popular port portal position possible post postgres power present press pretty previous prince princess print private probably problem process prod product production profile program project
protect protected provider proxy public purple put python quality queen question quick quiet rabbit race radio railway rain rainbow random raw react read reader ready real really reason record recover red redis refresh register release
remember remove render repeat replace report request require required reset resource rest result return rice right ring river road robot rock role roll room root rose round route ruby rule run runner running rust
safe same sample saturday save say school science scope score screen script sea search season second seconds secret secretkey secrets secure secured security see seed select sell send september sequelize server service services session set
setting seven several sha1 sha256 sha384 sha512 shadow share shared shell ship shop short should show sign signature signed signing silver simple since single site six size sleep small smart smith snow social software solid some somebody someone something
song soon sort source south space special speed spring sql staging staple star start state station status stay step still stock stop storage store storm story strange stream street string strings strong stronger student studio stuff style subject such sugar suite
summer sun sunday sunshine super support supposed sure surf swift symmetric symbol system table take talk tango target teacher team tech tell temp temporary ten test tester testing tests text than thank that the their them then there these they thing things think third
this those though thousand three through thursday tiger time timeout title today together token tokens tomorrow too tool top topic total touch town trace track trade train travel tree triple true trust truth try tuesday turn tutorial twenty twice two type
ultra unbreakable under unguessable unicorn union unique unit universe university unknown until update upgrade upon url use used user username users using utf8 utils valid value values vault vector vectors verify version very victory video view village virtual vision visit
voice vue wait walk wall want warning watch water way weak weather web website wednesday week welcome well were west what whatever when where which while white who whole why will wind window winter wish with within without wizard wolf woman wonder wood word words work
worker world would write writer wrong xxxx year years yellow yes yesterday you young your yours yourself zero zone
aber bitte clave contrasena das der dies ein eine esta este geheim geheime geheimes geheimnis gut hier ich ist kein langer lang los meine meines meu mot muito muy nicht oder para parola passe passwort pour
schluessel secreta secrete secreto segreto segredo segura seguro sehr senha sicher sicheres sleutel sono tout tres und unser verschluesselung wachtwoord wort wir zufall chave cle llave larga longa longue llamada
`)
