import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.Security;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/** Judges an RFC 4998 evidence record over a data group with BouncyCastle: java ErsVerify.java RECORD MEMBER MEMBER… */
public class ErsVerify {
    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        ERSEvidenceRecord record = new ERSEvidenceRecord(new FileInputStream(words[0]), digests);
        List<ERSData> members = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            members.add(new ERSByteData(Files.readAllBytes(Paths.get(words[i]))));
        }
        for (ERSData member : members) {
            record.validatePresent(member, new Date());
        }
        record.validatePresent(new ERSDataGroup(members.toArray(new ERSData[0])), new Date());
        X509CertificateHolder unit = record.getSigningCertificate();
        record.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(unit));
        System.out.println("evidence record good, time " + new Date() + ", unit " + unit.getSubject());
    }
}
